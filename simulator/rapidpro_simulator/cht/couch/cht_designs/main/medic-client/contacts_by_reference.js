// Contacts by what names them in texts: their shortcodes, and the code that another system knows them by.
function (doc) {
  var types = ["contact", "district_hospital", "health_center", "clinic", "person"];
  if (types.indexOf(doc.type) < 0) {
    return;
  }
  ["place_id", "patient_id"].forEach(function (name) {
    if (doc[name]) {
      emit(["shortcode", String(doc[name])], doc.reported_date);
    }
  });
  if (doc.rc_code) {
    emit(["external", String(doc.rc_code).toUpperCase()], doc.reported_date);
  }
}
