package dev.glis.wire;

import dev.glis.base.Fault;
import dev.glis.net.HttpResponse;

/** How a protocol says what went wrong. */
public interface FaultForm {
    HttpResponse response(Fault fault, String requestId);
}
