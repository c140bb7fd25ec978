// Documents that wait to be pushed to another system.
function (doc) {
  if (doc.type === "task:outbound") {
    emit([doc._id], null);
  }
}
