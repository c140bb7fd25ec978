// Messages by the reference that a gateway gave them, of any JSON type; received ones too.
function (doc) {
  require("views/lib/lib").eachTask(doc, function (task) {
    if (task.messages && task.gateway_ref) {
      task.messages.forEach(function (message) {
        emit(task.gateway_ref, message.uuid);
      });
    }
  });
  if (doc.type === "data_record" && doc.sms_message && doc.sms_message.gateway_ref) {
    emit(doc.sms_message.gateway_ref, doc.sms_message.uuid);
  }
}
