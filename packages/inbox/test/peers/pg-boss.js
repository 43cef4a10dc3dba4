// The shape of pg-boss 10, 11 and, for a future major, 12.
class PgBoss {}
module.exports = Object.assign(PgBoss, { PgBoss });
