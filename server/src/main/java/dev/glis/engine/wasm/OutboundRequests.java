package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import dev.glis.engine.Egress;
import dev.glis.engine.PublicAddresses;
import dev.glis.net.BodyBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;

/**
 * Makes HTTP requests for modules, in the server, wherever the modules run. They go where functions
 * with internet access may go, and nowhere for functions without.
 *
 * <p>A name is resolved once, and what is connected to is an address that has been looked at: a
 * name server that gives another address the next time gains nothing.
 *
 * <p>Each request has a platform thread while it is under way, because resolving a name may hold
 * its thread.
 */
final class OutboundRequests implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OutboundRequests.class.getName());

    private static final long IDLE_SECONDS = 30;

    private final Names names;
    private final Reach reach;
    private final SSLSocketFactory tls;
    private final ExecutorService threads =
            new ThreadPoolExecutor(
                    0,
                    Limits.WASM_HTTP_AT_ONCE.intValue(),
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().daemon().name("wasm-http-", 0).factory());
    private final BodyBudget bodies = new BodyBudget(Limits.WASM_HTTP_BODIES_BYTES.value());

    /** The addresses of a host. */
    interface Names {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** Where requests may go; asked once for each of them. */
    interface Reach {
        Predicate<InetAddress> now() throws IOException;
    }

    OutboundRequests(Names names, Reach reach, SSLSocketFactory tls) {
        this.names = names;
        this.reach = reach;
        this.tls = tls;
    }

    /**
     * To public addresses, as this machine resolves names, with the authorities that Java trusts.
     */
    static OutboundRequests ofInternet() {
        return new OutboundRequests(
                InetAddress::getAllByName,
                PublicAddresses::now,
                (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /** Those of modules that share what one account may take. */
    Group group() {
        return new Group();
    }

    /** Requests with limits of their own. */
    final class Group {
        private final Semaphore free = new Semaphore(Limits.WASM_HTTP_ACCOUNT_AT_ONCE.intValue());

        /** For a function with this access. */
        OutboundHttp of(Egress egress) {
            return switch (egress) {
                case NONE -> request -> failed(OutboundError.DESTINATION_NOT_ALLOWED);
                case INTERNET -> this::send;
            };
        }

        private CompletableFuture<OutboundAnswer> send(OutboundRequest request) {
            if (!free.tryAcquire()) {
                return failed(OutboundError.TOO_MANY_SESSIONS);
            }
            var answer = new CompletableFuture<OutboundAnswer>();
            var exchange = new OutboundExchange(tls, bodies);
            var unused = answer.whenComplete((_, _) -> exchange.close());
            try {
                threads.execute(() -> answer.complete(carryOut(request, exchange)));
            } catch (RejectedExecutionException e) {
                free.release();
                return failed(OutboundError.TOO_MANY_SESSIONS);
            }
            return answer;
        }

        private OutboundAnswer carryOut(OutboundRequest request, OutboundExchange exchange) {
            try {
                return make(request, exchange);
            } finally {
                free.release();
            }
        }
    }

    private static CompletableFuture<OutboundAnswer> failed(OutboundError error) {
        return CompletableFuture.completedFuture(OutboundAnswer.failed(error));
    }

    private OutboundAnswer make(OutboundRequest request, OutboundExchange exchange) {
        try {
            OutboundTarget target = OutboundTarget.of(request);
            return exchange.make(target, addresses(target.host()), request.body());
        } catch (OutboundTarget.Unfit e) {
            return OutboundAnswer.failed(e.error());
        } catch (OutboundResponse.TooLarge e) {
            return OutboundAnswer.failed(OutboundError.RUNTIME_ERROR);
        } catch (IOException e) {
            return OutboundAnswer.failed(OutboundError.REQUEST_ERROR);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "A module's request failed unexpectedly", e);
            return OutboundAnswer.failed(OutboundError.RUNTIME_ERROR);
        }
    }

    /** Those of a host's addresses that may be connected to. */
    private List<InetAddress> addresses(String host) throws IOException, OutboundTarget.Unfit {
        List<InetAddress> allowed = Stream.of(names.resolve(host)).filter(reach.now()).toList();
        if (allowed.isEmpty()) {
            throw new OutboundTarget.Unfit(OutboundError.DESTINATION_NOT_ALLOWED);
        }
        return allowed;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
