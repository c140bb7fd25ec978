// What the views of messages have in common.
exports.eachTask = function (doc, visit) {
  ["tasks", "scheduled_tasks"].forEach(function (name) {
    (doc[name] || []).forEach(visit);
  });
};

exports.isComplete = function (message) {
  return message.uuid && message.to && message.message;
};
