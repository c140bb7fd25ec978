// All messages as administrators see them, by queue; what was sent is still counted as due.
function (doc) {
  var queues = {
    scheduled: "scheduled",
    muted: "muted",
    cleared: "muted",
    denied: "muted",
    duplicate: "muted",
  };
  var outcomes = { delivered: "delivered", sent: "delivered", failed: "failed" };
  var kept = [
    "translation_key",
    "message_key",
    "group",
    "state",
    "state_details",
    "state_history",
    "gateway_ref",
    "type",
  ];

  function milliseconds(moment) {
    return typeof moment === "string" ? new Date(moment).getTime() : moment;
  }

  function queue(task, sms) {
    var due = milliseconds(task.due || task.timestamp || doc.reported_date);
    var shown = {};
    kept.forEach(function (name) {
      if (name in task) {
        shown[name] = task[name];
      }
    });
    var value = {
      sms: sms,
      task: shown,
      due: due,
      record: { id: doc._id, reportedDate: doc.reported_date, form: doc.form },
    };
    emit([queues[task.state] || "due", due], value);
    if (outcomes[task.state]) {
      emit([outcomes[task.state], due], value);
    }
  }

  ["tasks", "scheduled_tasks"].forEach(function (name) {
    (doc[name] || []).forEach(function (task) {
      if (!task.messages) {
        queue(task, null);
        return;
      }
      task.messages.forEach(function (message) {
        if (message.uuid && message.to && message.message) {
          queue(task, message);
        }
      });
    });
  });
}
