'use strict';
/* The Runtime API's requests, over one connection. */
const { formatForHeader } = require('./errors.js');

const API = '/2018-06-01/runtime';
const NEXT = `${API}/invocation/next`;
const JSON_TYPE = 'Content-Type: application/json\r\n';
const ERROR_JSON_TYPE = 'Content-Type: application/vnd.aws.lambda.error+json\r\n';

class RuntimeClient {
  constructor(connection) {
    this.connection = connection;
    this.initialised = false;
    /** The invocation at work on this connection. */
    this.requestId = undefined;
    /** Whether that invocation's answer is being sent. */
    this.answering = false;
    /** What comes after the answer, asked for together with it. */
    this.upcoming = undefined;
  }

  /** Waits for an invocation: `{requestId, headers, body}`. */
  async next() {
    this.initialised = true;
    const upcoming = this.upcoming ?? this.connection.request('GET', NEXT, '');
    this.requestId = this.upcoming = undefined;
    const { status, headers, body } = await upcoming;
    if (status !== 200) {
      throw new Error(`The Runtime API answered ${status} to a request for work: ${body}`);
    }
    this.requestId = headers['lambda-runtime-aws-request-id'];
    this.answering = false;
    return { requestId: this.requestId, headers, body };
  }

  /** Answers, and asks for what comes next in the same breath: one packet instead of three. */
  postResponse(body) {
    this.answering = true;
    this.connection.defer('POST', this.responsePath(), JSON_TYPE, body);
    this.upcoming = this.connection.request('GET', NEXT, '');
    this.upcoming.catch(() => {}); // whoever calls next() gets the error
  }

  postError(description) {
    this.answering = true;
    return this.post(`${API}/invocation/${this.requestId}/error`, description);
  }

  /** Answers for a handler that will not come back, unless its answer is under way. */
  postErrorOutOfTurn(description) {
    return this.answering ? undefined : this.postError(description);
  }

  postInitialisationError(description) {
    return this.post(`${API}/init/error`, description);
  }

  post(path, description) {
    const type = `Lambda-Runtime-Function-Error-Type: ${formatForHeader(description.errorType)}\r\n`;
    return this.connection.request('POST', path, ERROR_JSON_TYPE + type, JSON.stringify(description));
  }

  responsePath() {
    return `${API}/invocation/${this.requestId}/response`;
  }
}

module.exports = { RuntimeClient };
