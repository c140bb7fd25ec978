// Reports without errors by the shortcodes of whom they are about.
function (doc) {
  if (doc.type !== "data_record" || !doc.form || (doc.errors && doc.errors.length)) {
    return;
  }
  ["patient_id", "place_id"].forEach(function (name) {
    var code = doc[name] || (doc.fields && doc.fields[name]);
    if (code) {
      emit(String(code), null);
    }
  });
}
