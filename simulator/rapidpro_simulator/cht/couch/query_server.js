// CouchDB's query server: the functions of design documents, and what they find around them.
// Functions are compiled once and called by their number; documents come as JSON and go as JSON.
(function (operations, tools) {
  "use strict";
  const { Written, compile, evaluate, stringify } = tools;
  const freeze = Object.freeze;
  const isArray = Array.isArray;
  const functions = [];
  let emitted = [];
  let logged = [];

  function writeJson(value) {
    return value === undefined ? "null" : stringify(value);
  }

  function notSimulated(name) {
    return function () {
      throw new Error(`${name} is of show and list functions, which are not simulated`);
    };
  }

  const around = {
    emit: (key, value) => {
      emitted.push([key, value]);
    },
    isArray,
    log: (message) => {
      logged.push(typeof message === "string" ? message : writeJson(message));
    },
    sum: (values) => {
      let total = 0;
      for (const value of values) {
        total += value;
      }
      return total;
    },
    toJSON: writeJson,
  };
  for (const name of ["getRow", "provides", "registerType", "send", "start"]) {
    around[name] = notSimulated(name);
  }
  for (const [name, value] of Object.entries(around)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }

  // A function must not change the document that the next one reads.
  function deepFreeze(value) {
    if (value && typeof value === "object") {
      for (const name in value) {
        deepFreeze(value[name]);
      }
      freeze(value);
    }
    return value;
  }

  function thrown(name, reason) {
    const error = new Error(reason);
    error.name = name;
    return error;
  }

  // CommonJS: modules are texts in the design document, found by their path in it.
  function requirer(design, cache, current) {
    return function (path) {
      const found = resolve(path.split("/"), path[0] === "." ? current : [design], path);
      if (!cache.has(found.id)) {
        const module = { id: found.id, exports: {} };
        cache.set(found.id, module);
        const run = evaluate(`(function (module, exports, require) { ${found.text}\n})`);
        run.call({}, module, module.exports, requirer(design, cache, found.parents));
      }
      return cache.get(found.id).exports;
    };
  }

  function resolve(steps, from, path) {
    const parents = [...from];
    const names = from.names ? [...from.names] : [];
    for (const step of steps) {
      const current = parents[parents.length - 1];
      if (step === "." || step === "") {
        continue;
      }
      if (step === "..") {
        parents.pop();
        names.pop();
      } else if (current === null || typeof current !== "object" || current[step] === undefined) {
        throw thrown("invalid_require_path", `Object has no property "${step}". ${stringify({ path })}`);
      } else {
        parents.push(current[step]);
        names.push(step);
      }
    }
    const text = parents.pop();
    if (typeof text !== "string") {
      throw thrown("invalid_require_path", `Must require a JavaScript string, not: ${typeof text}`);
    }
    parents.names = names.slice(0, -1);
    return { id: names.join("/"), text, parents };
  }

  operations.load = ({ source, design }) => {
    const require = requirer(design, new Map(), [design]);
    functions.push({ run: compile(source, "require", [require]), design });
    return functions.length - 1;
  };

  operations.check = (source) => {
    compile(source, "require", [undefined]);
  };

  function described(error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : typeof error === "string" ? error : writeJson(error);
  }

  function map(run, document) {
    emitted = [];
    try {
      run(document);
      return stringify(emitted);
    } catch (error) {
      if (error === "fatal_error") {
        throw error;
      }
      logged.push(`function raised exception (${described(error)}) with doc._id ${document._id}`);
      return "[]";
    }
  }

  function finish(rows) {
    const log = stringify(logged);
    logged = [];
    return new Written(['{"rows":[', rows.join(","), '],"log":', log, "}"].join(""));
  }

  // For each document what each of the functions emitted.
  operations.map = ({ numbers, documents }) => {
    const runs = numbers.map((number) => functions[number].run);
    logged = [];
    return finish(
      documents.map((document) => {
        deepFreeze(document);
        return `[${runs.map((run) => map(run, document)).join(",")}]`;
      }),
    );
  };

  operations.filter = ({ number, documents, request }) => {
    const { run, design } = functions[number];
    logged = [];
    return finish(documents.map((document) => String(Boolean(run.call(design, document, request)))));
  };

  operations.validate = ({ number, values }) => {
    const { run, design } = functions[number];
    logged = [];
    run.apply(design, values);
    return finish([]);
  };

  operations.reduce = ({ number, keys, values, rereduce }) => {
    logged = [];
    return finish([writeJson(functions[number].run(rereduce ? null : keys, values, rereduce))]);
  };
});
