//! One picture, tasks, notifications, reports, alerts.
