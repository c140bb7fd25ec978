// Messages by their uuid.
function (doc) {
  require("views/lib/lib").eachTask(doc, function (task) {
    (task.messages || []).forEach(function (message) {
      if (message.uuid) {
        emit(message.uuid, null);
      }
    });
  });
}
