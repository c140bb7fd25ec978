// The recorded answers from Express, as most people would write such a stub.
const express = require('express');
const { readFileSync } = require('node:fs');

const [port, answers] = process.argv.slice(2);
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.json());
for (const { method, path, status, headers, body } of JSON.parse(readFileSync(answers, 'utf8'))) {
  app[method.toLowerCase()](path, (request, response) => response.status(status).set(headers).send(body));
}
app.listen(Number(port), '127.0.0.1');
