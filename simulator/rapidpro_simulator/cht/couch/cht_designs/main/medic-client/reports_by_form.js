// Reports by their form.
function (doc) {
  if (doc.type === "data_record" && doc.form) {
    emit([doc.form], null);
  }
}
