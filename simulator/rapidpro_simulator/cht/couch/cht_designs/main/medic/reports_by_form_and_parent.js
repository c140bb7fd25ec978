// Reports by their form and by the place of who sent them.
function (doc) {
  if (doc.type === "data_record" && doc.form) {
    emit([doc.form, doc.contact && doc.contact.parent && doc.contact.parent._id], doc.reported_date);
  }
}
