// Messages that a gateway knows, by the state of their task.
function (doc) {
  var lib = require("views/lib/lib");
  lib.eachTask(doc, function (task) {
    if (task.messages && task.gateway_ref) {
      task.messages.filter(lib.isComplete).forEach(function (message) {
        emit(task.state, { id: message.uuid, gateway_ref: task.gateway_ref });
      });
    }
  });
}
