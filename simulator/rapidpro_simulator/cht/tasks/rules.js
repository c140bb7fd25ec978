// What the rules of a project are handed, and how what they emit is read. Adds its operations to those of the engine.
(function (operations, language) {
  "use strict";
  const DAY = 86400000;
  const WEEKS_UNKNOWN = 4;
  let rules;

  function at(value, path) {
    return path.split(".").reduce((found, name) => (found === undefined || found === null ? found : found[name]), value);
  }

  // The functions that project code calls `Utils`, as the documentation of CHT's rules describes them.
  function utilities(schedules) {
    const utils = {
      MS_IN_DAY: DAY,
      now: () => new Date(),
      isDateValid: (date) => !isNaN(date.getTime()),
      getField: (report, path) => at(report, "fields." + path),
      addDate(date, days) {
        const result = date ? new Date(date.getTime()) : utils.now();
        result.setDate(result.getDate() + days);
        result.setHours(0, 0, 0, 0);
        return result;
      },
      isTimely(date, event) {
        const due = new Date(date);
        return due < utils.addDate(null, event.start + 1) && due > utils.addDate(null, -event.end - 1);
      },
      getLmpDate: (report) =>
        utils.addDate(new Date(report.reported_date), (report.fields.last_menstrual_period || WEEKS_UNKNOWN) * -7),
      getSchedule: (name) => schedules.find((schedule) => schedule.name === name),
      fieldsMatch: (report, fields) => Object.keys(fields).every((name) => utils.getField(report, name) === fields[name]),
      getMostRecentReport(reports, form, fields) {
        const forms = [].concat(form);
        return reports
          .filter((report) => forms.includes(report.form) && !report.deleted)
          .filter((report) => !fields || utils.fieldsMatch(report, fields))
          .reduce((newest, each) => (newest && newest.reported_date >= each.reported_date ? newest : each), undefined);
      },
      getMostRecentTimestamp(reports, form, fields) {
        const report = utils.getMostRecentReport(reports, form, fields);
        return report && report.reported_date;
      },
      isFirstReportNewer: (first, second) =>
        Boolean(first) && first.reported_date > 0 && (!second || first.reported_date > second.reported_date),
      isFormSubmittedInWindow(reports, form, start, end, count) {
        const forms = [].concat(form);
        const found = reports.filter(
          (each) => forms.includes(each.form) && each.reported_date >= start && each.reported_date <= end
        );
        return count ? found.length >= count : found.length > 0;
      },
    };
    return utils;
  }

  function api(roles, permissions) {
    const has = (name) => [].concat(permissions[name] || []).some((role) => roles.includes(role));
    return {
      v1: {
        hasPermissions: (names) => [].concat(names).every((name) => (name[0] === "!" ? !has(name.slice(1)) : has(name))),
        hasAnyPermission: (groups) => groups.some((group) => [].concat(group).every(has)),
        analytics: { getTargetDocs: () => [] },
      },
    };
  }

  function milliseconds(date) {
    const value = date instanceof Date ? date.getTime() : date ? new Date(date).getTime() : NaN;
    return isNaN(value) ? null : value;
  }

  function described(task) {
    return { ...task, doc: undefined, date: milliseconds(task.date), requester: at(task, "doc.contact._id") };
  }

  function Fact(values) {
    Object.assign(this, values);
  }

  operations.readRules = (source) => {
    rules = language.evaluate("(function (c, Task, Target, Utils, user, cht, emit) {" + source + "\n})");
  };

  operations.emissions = ([contact, user, settings]) => {
    const found = [];
    const emit = (kind, value) => {
      if (kind === "task") {
        found.push(described(value));
      }
    };
    const utils = utilities(settings.schedules);
    rules(contact, Fact, Fact, utils, user, api(settings.roles, settings.permissions), emit);
    return found;
  };
});
