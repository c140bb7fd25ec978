-- wrk's part: makes the requests of one kind, and prints the sums as one line of JSON.
-- Arguments after `--`: the method, the token.

local count = 0
local poll

function init(args)
   wrk.method = args[1]
   wrk.headers["Authorization"] = "Token " .. args[2]
   wrk.headers["Accept"] = "application/json"
   if wrk.method == "POST" then
      wrk.headers["Content-Type"] = "application/json"
   end
   poll = wrk.format()
end

function request()
   if wrk.method == "GET" then
      return poll
   end
   -- A thousand people in turn, and never the same text twice: RapidPro stops what looks like a loop.
   count = count + 1
   local body = string.format('{"urns":["tel:+254712%06d"],"text":"Visit number %d is tomorrow"}', count % 1000, count)
   return wrk.format(nil, nil, nil, body)
end

function done(summary, latency, requests)
   local errors = summary.errors
   local lost = errors.connect + errors.read + errors.write + errors.timeout
   io.write(string.format(
      '\n{"requests":%d,"microseconds":%d,"lost":%d,"refused":%d,"median":%d,"p99":%d}\n',
      summary.requests, summary.duration, lost, errors.status, latency:percentile(50), latency:percentile(99)
   ))
end
