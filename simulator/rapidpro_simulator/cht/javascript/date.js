// `Date` in the simulation's time, in UTC on every machine: the engine by itself asks the machine for its zone.
(function (RealDate, now) {
  "use strict";
  const { construct } = Reflect;
  const { UTC, parse, prototype } = RealDate;
  const { getTime, toUTCString } = prototype;
  const ZONED =
    /[\d\s](?:Z|UTC?|GMT)(?:[+-]\d\d:?\d\d)?\s*(?:\(.*\))?$|:\d\d(?:[.,]\d+)?\s*[+-]\d\d:?\d\d\s*(?:\(.*\))?$|[ECMP][SD]T$/i;
  const ISO_DAY = /^[+-]?\d{4,6}(?:-\d\d){0,2}$/;
  const ISO_TIME = /^[+-]?\d{4,6}-\d\d-\d\dT/;

  function define(target, methods) {
    for (const [name, value] of Object.entries(methods)) {
      Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
    }
  }

  function read(text) {
    const trimmed = `${text}`.trim();
    if (ISO_DAY.test(trimmed) || ZONED.test(trimmed)) {
      return parse(trimmed);
    }
    const moment = parse(trimmed + (ISO_TIME.test(trimmed) ? "Z" : " UTC"));
    return moment === moment ? moment : parse(trimmed);
  }

  function parts(date) {
    const text = toUTCString.call(date); // Mon, 02 Mar 2026 08:05:09 GMT
    const [weekday, day, month, year, time] = text.replace(",", "").split(" ");
    return { valid: text !== "Invalid Date", day: `${weekday} ${month} ${day} ${year}`, time };
  }

  function american(date, withDay, withTime) {
    const hour = date.getUTCHours();
    const [, minutes, seconds] = (parts(date).time ?? "").split(":");
    const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
    const time = `${hour % 12 || 12}:${minutes}:${seconds}\u202f${hour < 12 ? "AM" : "PM"}`;
    return [withDay && day, withTime && time].filter(Boolean).join(", ");
  }

  function local(withDay, withTime) {
    return {
      write(...options) {
        if (options.some((option) => option !== undefined)) {
          throw new Error("locales and their options are not simulated: there is no Intl");
        }
        return parts(this).valid ? american(this, withDay, withTime) : "Invalid Date";
      },
    }.write;
  }

  for (const unit of ["Date", "Day", "FullYear", "Hours", "Milliseconds", "Minutes", "Month", "Seconds"]) {
    define(prototype, { ["get" + unit]: prototype["getUTC" + unit] });
    if (unit !== "Day") {
      define(prototype, { ["set" + unit]: prototype["setUTC" + unit] });
    }
  }
  const zone = "GMT+0000 (Coordinated Universal Time)";
  define(prototype, {
    getTimezoneOffset() {
      return getTime.call(this) * 0;
    },
    getYear() {
      return this.getUTCFullYear() - 1900;
    },
    toDateString() {
      return parts(this).valid ? parts(this).day : "Invalid Date";
    },
    toTimeString() {
      return parts(this).valid ? `${parts(this).time} ${zone}` : "Invalid Date";
    },
    toString() {
      return parts(this).valid ? `${parts(this).day} ${parts(this).time} ${zone}` : "Invalid Date";
    },
    toLocaleString: local(true, true),
    toLocaleDateString: local(true, false),
    toLocaleTimeString: local(false, true),
  });
  define(RealDate, { now, parse: read });

  function moment(values) {
    if (values.length === 0) {
      return now();
    }
    if (values.length > 1) {
      return UTC(...values);
    }
    const [value] = values;
    const plain = value instanceof RealDate ? getTime.call(value) : Object(value) === value ? `${value}` : value;
    return typeof plain === "string" ? read(plain) : plain;
  }

  const FrozenDate = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, values, newTarget) => construct(target, [moment(values)], newTarget),
  });
  define(prototype, { constructor: FrozenDate });
  return FrozenDate;
});
