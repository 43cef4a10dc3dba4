// Holds the write lock of FILE until it is killed.
import Database from 'libsql';

const db = new Database(process.env.FILE ?? '');
db.pragma('busy_timeout = 5000');
db.exec('BEGIN IMMEDIATE');
console.log('locked');
// Used once more, or garbage collection would close it and let the lock go.
setInterval(() => db.open, 60_000);
