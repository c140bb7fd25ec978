// Tasks by how far they have come, and when they got there.
function (doc) {
  var progress = {
    sent: "final",
    delivered: "final",
    failed: "final",
    muted: "muted",
    cleared: "muted",
    denied: "muted",
    duplicate: "muted",
    scheduled: "scheduled",
  };
  require("views/lib/lib").eachTask(doc, function (task) {
    var history = task.state_history;
    var last = history && history.length ? history[history.length - 1].timestamp : null;
    var updated = last || task.timestamp || doc.reported_date;
    var moment = typeof updated === "string" ? new Date(updated).getTime() : updated;
    emit([progress[task.state] || "pending", moment, task.state], null);
  });
}
