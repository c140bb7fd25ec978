// Reports about a month by their form, the month that they say they are about, and the place of who sent them.
function (doc) {
  var fields = doc.fields || {};
  var month = fields.month || fields.month_num;
  if (doc.type === "data_record" && doc.form && fields.year && month) {
    var parent = doc.contact && doc.contact.parent && doc.contact.parent._id;
    emit([doc.form, fields.year, month, parent, doc.reported_date], null);
  }
}
