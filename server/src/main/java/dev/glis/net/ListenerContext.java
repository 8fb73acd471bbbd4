package dev.glis.net;

import dev.glis.base.Clock;

/** What the connections of one listener share. */
record ListenerContext(
        HttpLimits limits,
        BodyBudget bodies,
        RequestRules rules,
        HttpHandler handler,
        DateHeader date,
        Clock clock,
        ConnectionRegistry registry) {
    /** The same with another handler. */
    ListenerContext with(HttpHandler other) {
        return new ListenerContext(limits, bodies, rules, other, date, clock, registry);
    }
}
