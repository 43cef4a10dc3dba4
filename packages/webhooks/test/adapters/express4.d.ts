// Express 4 under an alias: the types installed are those of 5, which tell no difference for what the tests call.
declare module 'express4' {
  import express from 'express';
  export default express;
}
