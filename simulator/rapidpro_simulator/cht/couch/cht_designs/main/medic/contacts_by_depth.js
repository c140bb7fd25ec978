// Contacts under themselves and under each of their ancestors, with how far below they are.
function (doc) {
  var types = ["contact", "district_hospital", "health_center", "clinic", "person"];
  if (types.indexOf(doc.type) < 0) {
    return;
  }
  var value = {
    shortcode: doc.patient_id || doc.place_id,
    primary_contact: doc.contact && (doc.contact._id || doc.contact),
  };
  var depth = 0;
  for (var place = doc; place && place._id; place = place.parent) {
    emit([place._id], value);
    emit([place._id, depth], value);
    depth += 1;
  }
}
