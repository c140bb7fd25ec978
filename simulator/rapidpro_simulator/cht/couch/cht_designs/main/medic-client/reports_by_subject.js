// Reports by whom they are about, those with errors too.
function (doc) {
  if (doc.type !== "data_record" || !doc.form) {
    return;
  }

  function about(holder, names) {
    names.forEach(function (name) {
      if (holder[name]) {
        emit(String(holder[name]), doc.reported_date);
      }
    });
  }

  about(doc, ["patient_id", "place_id", "case_id"]);
  about(doc.fields || {}, ["patient_id", "place_id", "case_id", "patient_uuid", "place_uuid"]);
}
