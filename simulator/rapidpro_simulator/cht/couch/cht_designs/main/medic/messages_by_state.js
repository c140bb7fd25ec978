// Messages by the state of their task and by when they are due, those to be sent twice; tasks without messages too.
function (doc) {
  var lib = require("views/lib/lib");

  function milliseconds(moment) {
    return typeof moment === "string" ? new Date(moment).getTime() : moment;
  }

  lib.eachTask(doc, function (task) {
    var due = milliseconds(task.due || task.timestamp || doc.reported_date);
    if (!task.messages) {
      emit([task.state, due], {});
      return;
    }
    task.messages.filter(lib.isComplete).forEach(function (message) {
      var value = { content: message.message, to: message.to, id: message.uuid };
      emit([task.state, due], value);
      if (task.state === "pending" || task.state === "forwarded-to-gateway") {
        emit(["pending-or-forwarded", due], value);
      }
    });
  });
}
