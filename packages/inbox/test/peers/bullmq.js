exports.Queue = class Queue {};
exports.Worker = class Worker {};
