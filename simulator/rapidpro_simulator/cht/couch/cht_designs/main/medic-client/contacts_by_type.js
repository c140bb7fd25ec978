// Contacts by their type, to be listed: the living first, then those who are not muted, then by name.
function (doc) {
  var types = ["district_hospital", "health_center", "clinic", "person"];
  if (doc.type === "contact" || types.indexOf(doc.type) >= 0) {
    var type = doc.type === "contact" ? doc.contact_type : doc.type;
    var place = types.indexOf(type);
    var order = [!!doc.date_of_death, !!doc.muted, place < 0 ? types.length : place, String(doc.name || "").toLowerCase()];
    emit([type], order.join(" "));
  }
}
