package dev.glis.guest;

import java.io.IOError;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The program: loads the handler, then takes one invocation after the other and answers it. An
 * instance that may work on several at once has as many threads, each with its own connection.
 */
public final class Bootstrap {
    private static final String TRACE_PROPERTY = "com.amazonaws.xray.traceHeader";

    private final Handler handler;
    private final boolean alone;

    private Bootstrap(Handler handler, boolean alone) {
        this.handler = handler;
        this.alone = alone;
    }

    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        RuntimeApi api = openApi();
        if (Rehearsal.isWanted()) {
            rehearse(api);
            return;
        }
        if (Stem.hasNoFunction()) {
            Stem.awaitFunction(Bootstrap::practise);
        }
        Handler handler = initialise(api);
        int concurrency = concurrency();
        var bootstrap = new Bootstrap(handler, concurrency == 1);
        for (int i = 1; i < concurrency; i++) {
            new Thread("invoker-" + i) {
                @Override
                public void run() {
                    bootstrap.serveOnOwnConnection();
                }
            }.start();
        }
        bootstrap.serve(api);
    }

    private static void rehearse(RuntimeApi api) throws IOException, ReflectiveOperationException {
        if (Rehearsal.isOfStem()) {
            Stem.practised(Bootstrap::practise);
        } else if (!Rehearsal.isOfRuntimeAlone()) {
            initialise(api);
        }
        new Bootstrap(Rehearsal.handler(), true).answer(api, api.next());
        System.exit(0); // without waiting for a receipt: it comes with the next invocation
    }

    private static void practise(RuntimeApi api, String handler)
            throws IOException, ReflectiveOperationException {
        new Bootstrap(HandlerLoader.load(handler), true).serveOne(api);
        setTrace(null);
    }

    private static RuntimeApi openApi() throws IOException {
        String address = System.getenv("AWS_LAMBDA_RUNTIME_API");
        if (address == null) {
            throw new IOException(
                    "AWS_LAMBDA_RUNTIME_API is not set: this runs inside Lambda only");
        }
        return RuntimeApi.open(address);
    }

    private static int concurrency() {
        String given = System.getenv("AWS_LAMBDA_MAX_CONCURRENCY");
        return given == null ? 1 : Math.max(1, Integer.parseInt(given));
    }

    private static Handler initialise(RuntimeApi api) throws IOException {
        try {
            return HandlerLoader.load(String.valueOf(System.getenv("_HANDLER")));
        } catch (HandlerFault fault) {
            return failOrDefer(api, fault);
        } catch (ReflectiveOperationException | RuntimeException | Error e) {
            return failOrDefer(api, HandlerFault.fatal(e));
        }
    }

    /** As with Lambda, a handler that cannot be found fails each invocation, not the start. */
    private static Handler failOrDefer(RuntimeApi api, HandlerFault fault) throws IOException {
        if (!fault.isFatal()) {
            return new FaultyHandler(fault);
        }
        Output.record(fault.logText());
        Output.flush();
        api.postInitialisationError(ErrorDescription.of(fault));
        System.exit(1);
        throw fault;
    }

    private void serveOnOwnConnection() {
        try {
            serve(openApi());
        } catch (IOException e) {
            throw new IOError(e);
        }
    }

    private void serve(RuntimeApi api) throws IOException {
        while (true) {
            serveOne(api);
        }
    }

    private void serveOne(RuntimeApi api) throws IOException {
        Invocation invocation = api.next();
        if (alone) {
            setTrace(invocation.header("lambda-runtime-trace-id"));
        }
        answer(api, invocation);
    }

    private void answer(RuntimeApi api, Invocation invocation) throws IOException {
        byte[] response;
        try {
            response = handler.handle(invocation);
        } catch (Throwable e) {
            fail(api, invocation, e);
            return;
        }
        Output.flush();
        api.postResponse(invocation, response);
        Thread.interrupted(); // may have been set by the function
    }

    private static void fail(RuntimeApi api, Invocation invocation, Throwable e)
            throws IOException {
        HandlerFault fault = e instanceof HandlerFault given ? given : HandlerFault.thrown(e);
        Output.record(fault.logText());
        Output.flush();
        api.postError(invocation, ErrorDescription.of(fault));
        if (e instanceof VirtualMachineError || e instanceof IOError) {
            System.exit(1);
        }
    }

    private static void setTrace(@Nullable String trace) {
        if (trace == null) {
            System.clearProperty(TRACE_PROPERTY);
        } else {
            System.setProperty(TRACE_PROPERTY, trace);
        }
    }
}
