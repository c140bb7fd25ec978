// Documents by the shortcodes that they bear.
function (doc) {
  ["patient_id", "place_id", "case_id"].forEach(function (name) {
    if (doc[name]) {
      emit(doc[name], null);
    }
  });
}
