// Runs first in every engine: fixes time and chance, takes away what is not the language's, and returns the one
// function by which Python calls. It keeps the language's own functions, lest a program replaces them.
(function (dateSource) {
  "use strict";
  const global = globalThis;
  const { parse, stringify } = JSON;
  const { apply, ownKeys } = Reflect;
  const RealDate = Date;
  const RealError = Error;
  const text = String;
  const evaluate = global.eval; // called by this name it sees global variables only
  const replace = Function.prototype.call.bind(String.prototype.replace);
  const functions = [];
  let now = 0;
  let chance = 0;

  for (const name of ["DOMException", "InternalError", "atob", "btoa", "navigator", "performance", "queueMicrotask"]) {
    delete global[name];
  }

  Object.defineProperty(global, "Date", {
    configurable: true,
    get: () => frozenDate(),
    set: (value) => Object.defineProperty(global, "Date", { value, writable: true }),
  });

  // Made when it is first asked for: most programs never do.
  function frozenDate() {
    const value = evaluate(dateSource)(RealDate, { now: () => now }.now);
    Object.defineProperty(global, "Date", { value, writable: true, configurable: true });
    return value;
  }

  Math.random = function random() {
    chance = (chance + 0x6d2b79f5) | 0;
    let mixed = Math.imul(chance ^ (chance >>> 15), 1 | chance);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };

  // What an operation has already written as JSON.
  class Written {
    constructor(json) {
      this.json = json;
    }
  }

  function outcome(value) {
    const written = value instanceof Written ? value.json : stringify(value);
    // Joined, not added: Python cannot read a long text that the engine keeps in parts.
    return written === undefined ? "{}" : ['{"value":', written, "}"].join("");
  }

  function failure(thrown) {
    try {
      if (thrown instanceof RealError) {
        return stringify({ failure: { name: text(thrown.name), message: text(thrown.message), thrown: { ...thrown } } });
      }
      // The engine throws null itself where no memory is left for an error.
      const message = thrown === null ? "null, or out of memory" : text(thrown);
      return stringify({ failure: { name: "", message, thrown } });
    } catch (another) {
      return stringify({ failure: { name: "Error", message: "what was thrown cannot be written" } });
    }
  }

  // `names` are what the function finds beside global variables, `values` what they stand for.
  function compile(source, names = "", values = []) {
    const expression = "(" + replace(source, /[\s;]+$/, "") + "\n)";
    const compiled = names ? evaluate(`(function (${names}) { return ${expression}; })`)(...values) : evaluate(expression);
    if (typeof compiled !== "function") {
      throw new TypeError("Expression does not eval to a function. (" + source + ")");
    }
    return compiled;
  }

  const operations = {
    add: (source) => evaluate(source)(operations, { Written, compile, evaluate, stringify }),
    apply: ([number, values]) => apply(functions[number], undefined, values),
    compile: (source) => functions.push(compile(source)) - 1,
    evaluate: ([expression, variables]) => {
      const names = ownKeys(variables);
      for (const name of names) {
        global[name] = variables[name];
      }
      try {
        return evaluate(expression);
      } finally {
        for (const name of names) {
          delete global[name];
        }
      }
    },
    holds: (argument) => Boolean(operations.evaluate(argument)),
    seed: (number) => {
      chance = number;
    },
  };

  return function operate(operation, argument, milliseconds) {
    now = milliseconds;
    try {
      return outcome(operations[operation](parse(argument)));
    } catch (thrown) {
      return failure(thrown);
    }
  };
});
