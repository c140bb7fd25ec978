// Contacts by their phone number as it is stored.
function (doc) {
  var types = ["contact", "district_hospital", "health_center", "clinic", "person"];
  if (types.indexOf(doc.type) >= 0 && doc.phone) {
    emit(doc.phone, null);
  }
}
