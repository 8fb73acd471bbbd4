package dev.glis.triggers;

import dev.glis.base.Fault;
import dev.glis.net.HttpResponse;

/** What callers are told where no function answers, in the words of whoever serves them. */
public interface FunctionErrors {
    /** The function was run and failed, or answered what cannot be sent. */
    HttpResponse functionError();

    /** The function was not run. */
    HttpResponse refusal(Fault fault);
}
