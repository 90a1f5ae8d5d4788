-- wrk -s call.lua URL [check]: one request, built once. With `check` every body is compared with
-- the documented success; that costs wrk too much for a measured round. Ends with a line of JSON.
local reply = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}'
local threads = {}
local request_text

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrong_bodies = 0
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = '{"AttrNames":{"0":"sex","1":"city","2":"country"}}'
  request_text = wrk.format()
  if args[1] == "check" then
    response = function(status, _, body)
      if status ~= 200 or body ~= reply then wrong_bodies = wrong_bodies + 1 end
    end
  end
end

function request()
  return request_text
end

function done(summary, latency, _)
  local wrong = 0
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("wrong_bodies")
  end
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"duration_us":%d,"bytes":%d,"wrong_bodies":%d,"status_errors":%d,' ..
    '"connect_errors":%d,"read_errors":%d,"write_errors":%d,"timeouts":%d,' ..
    '"p50_us":%d,"p90_us":%d,"p99_us":%d,"p999_us":%d,"max_us":%d}\n',
    summary.requests, summary.duration, summary.bytes, wrong, errors.status,
    errors.connect, errors.read, errors.write, errors.timeout,
    latency:percentile(50), latency:percentile(90), latency:percentile(99),
    latency:percentile(99.9), latency.max))
end
