package dev.glis.wire.s3;

import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Principal;
import dev.glis.accounts.VerifiedBody;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.objects.Buckets;
import dev.glis.objects.Objects;
import dev.glis.objects.Uploads;
import dev.glis.wire.Query;
import dev.glis.wire.StreamingAdapter;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Amazon S3's REST protocol: requests by method, bucket, key and query; answers in XML. It takes
 * every request that nobody signed and no other protocol claims, for objects may be open to all.
 * Keeps no state; the work is done on virtual threads.
 */
public final class S3Adapter implements StreamingAdapter {
    private static final System.Logger LOG = System.getLogger(S3Adapter.class.getName());

    private final Routes routes;
    private final Buckets buckets;
    private final CrossOrigin crossOrigin;
    private final Ids ids;
    private final Executor virtualThreads;

    public S3Adapter(
            Buckets buckets,
            Objects objects,
            Uploads uploads,
            Authenticator authenticator,
            Authorizer authorizer,
            String region,
            Ids ids,
            Clock clock,
            Executor virtualThreads) {
        var access = new Access(authorizer);
        this.routes = new Routes();
        this.buckets = buckets;
        this.crossOrigin = new CrossOrigin(buckets);
        new BucketOperations(buckets, access, region).addTo(routes);
        new ListOperations(objects, access).addTo(routes);
        new ObjectOperations(objects, access).addTo(routes);
        new UploadOperations(uploads, access).addTo(routes);
        new SettingOperations(buckets, access).addTo(routes);
        new TagAndLockOperations(objects, access).addTo(routes);
        new FormOperations(objects, access, authenticator, clock).addTo(routes);
        this.ids = ids;
        this.virtualThreads = virtualThreads;
    }

    @Override
    public String service() {
        return "s3";
    }

    @Override
    public boolean claims(HttpRequest request) {
        return true;
    }

    @Override
    public void handle(
            @Nullable Principal principal,
            HttpRequest head,
            VerifiedBody body,
            HttpResponder responder) {
        String requestId = ids.ulid();
        try {
            virtualThreads.execute(() -> serve(principal, head, body, responder, requestId));
        } catch (RejectedExecutionException e) {
            Fault stopping = Fault.of(Fault.Kind.UNAVAILABLE, "The server is stopping");
            responder.send(render(stopping, head, requestId));
        }
    }

    @Override
    public HttpResponse render(Fault fault, HttpRequest request, String requestId) {
        Target target = new Target("", "");
        return S3Call.error(
                S3Errors.of(fault, target), fields(requestId), request.rawPath(), requestId);
    }

    private void serve(
            @Nullable Principal principal,
            HttpRequest head,
            VerifiedBody body,
            HttpResponder responder,
            String requestId) {
        S3Call call;
        try {
            Target target = Target.of(head);
            call =
                    new S3Call(
                            principal,
                            head,
                            target,
                            Query.parse(head.rawQuery()),
                            body,
                            responder,
                            new SeenBuckets(buckets),
                            crossOrigin.headers(head, target.bucket()),
                            requestId);
        } catch (S3Refusal refusal) {
            responder.send(S3Call.error(refusal, fields(requestId), head.rawPath(), requestId));
            return;
        } catch (Fault fault) {
            responder.send(render(fault, head, requestId));
            return;
        }
        serve(call);
    }

    private void serve(S3Call call) {
        try {
            refuseOldSignature(call);
            if (call.request().method().equals("OPTIONS")) {
                crossOrigin.answer(call);
            } else {
                routes.operationOf(call).run(call);
            }
        } catch (S3Refusal refusal) {
            call.refuse(refusal, call.headers());
        } catch (Fault fault) {
            refuse(call, fault);
        } catch (IOException e) {
            refuse(call, Fault.internal("The request broke off", e));
        } catch (RuntimeException defect) {
            LOG.log(System.Logger.Level.ERROR, "An S3 request failed", defect);
            refuse(call, Fault.internal("We encountered an internal error.", defect));
        }
    }

    /**
     * Signature Version 2, which clients of long ago write into links; nobody has signed, to us.
     */
    private static void refuseOldSignature(S3Call call) {
        if (call.principal() == null
                && call.parameter("AWSAccessKeyId") != null
                && call.parameter("Signature") != null) {
            throw S3Refusal.invalidRequest(
                    "The authorization mechanism you have provided is not supported. Please use"
                            + " AWS4-HMAC-SHA256.");
        }
    }

    private static void refuse(S3Call call, Fault fault) {
        Headers headers = call.headers();
        if (fault.details().path("deleteMarker").asBoolean()
                || fault.code().equals("version-is-delete-marker")) {
            headers.set("x-amz-delete-marker", "true");
        }
        String version = fault.details().path("versionId").textValue();
        if (version != null) {
            headers.set("x-amz-version-id", version);
        }
        try {
            call.refuse(S3Errors.of(fault, call.target()), headers);
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.ERROR, "An S3 request failed after its answer began", e);
        }
    }

    private static Headers fields(String requestId) {
        return Headers.of("x-amz-request-id", requestId, "x-amz-id-2", requestId);
    }
}
