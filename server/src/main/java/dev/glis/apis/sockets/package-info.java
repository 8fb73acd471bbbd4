/** WebSocket APIs: connections, their messages, and what is posted to them. */
@org.jspecify.annotations.NullMarked
package dev.glis.apis.sockets;
