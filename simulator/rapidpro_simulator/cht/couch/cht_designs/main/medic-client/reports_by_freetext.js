// Reports by what they say, as `field:value` in lower case.
function (doc) {
  if (doc.type !== "data_record" || !doc.form) {
    return;
  }

  function say(name, value) {
    if (!/_date$/.test(name) && ["string", "number", "boolean"].indexOf(typeof value) >= 0) {
      emit([(name + ":" + value).toLowerCase()], doc.reported_date);
    }
  }

  Object.keys(doc).forEach(function (name) {
    if (name[0] !== "_") {
      say(name, doc[name]);
    }
  });
  Object.keys(doc.fields || {}).forEach(function (name) {
    say(name, doc.fields[name]);
  });
}
