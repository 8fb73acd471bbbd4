'use strict';
/* The handler of `practice.js`, in a file of its own as those of functions are. */
exports.handler = async (event, context) => ({ ...event, left: context.getRemainingTimeInMillis() });
