export const createModel = (): never => { throw new Error('not yet'); };
