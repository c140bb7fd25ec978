// Reports about a week by their form, the week that they say they are about, and the place of who sent them.
function (doc) {
  var fields = doc.fields || {};
  var week = fields.week || fields.week_number;
  if (doc.type === "data_record" && doc.form && fields.year && week) {
    var parent = doc.contact && doc.contact.parent && doc.contact.parent._id;
    emit([doc.form, fields.year, week, parent, doc.reported_date], null);
  }
}
