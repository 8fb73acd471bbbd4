package dev.glis.base;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Every limit of Glis, in one place. {@code docs/reference/limits.md} is generated from here.
 *
 * <p>A limit's constant is declared in this file and used by name wherever it is enforced, so that
 * one search finds both. Values follow AWS Lambda's published quotas where a protocol rules.
 */
public final class Limits {
    /**
     * One limit.
     *
     * @param name dotted, unit last in the last word where it has one
     * @param value in the unit that the name ends with; a count where it names none
     * @param where the place that enforces it, for readers
     * @param error what the caller sees
     */
    public record Limit(String name, long value, String where, String error) {
        public int intValue() {
            return Math.toIntExact(value);
        }
    }

    private static final List<Limit> ALL = new ArrayList<>();

    public static final Limit HTTP_HEADER_BYTES =
            limit("http.headerBytes", 64 * 1024, "net", "431 Request Header Fields Too Large");
    public static final Limit HTTP_HEADER_FIELDS =
            limit("http.headerFields", 200, "net", "431 Request Header Fields Too Large");
    public static final Limit HTTP_TARGET_BYTES =
            limit("http.targetBytes", 16 * 1024, "net", "414 URI Too Long");
    public static final Limit HTTP_BODY_BYTES =
            limit("http.bodyBytes", 80L * 1024 * 1024, "net", "413 Content Too Large");
    public static final Limit HTTP_BODIES_BYTES =
            limit(
                    "http.bodiesBytes",
                    256L * 1024 * 1024,
                    "net",
                    "503 Service Unavailable, for bodies above 64 KiB from three quarters of it");
    public static final Limit HTTP_FIRST_BYTE_MS =
            limit("http.firstByteMs", 30_000, "net", "connection closed");
    public static final Limit HTTP_BODY_MS =
            limit("http.bodyMs", 900_000, "net", "408 Request Timeout");
    public static final Limit HTTP_STREAMED_BODY_BYTES =
            limit(
                    "http.streamedBodyBytes",
                    6L * 1024 * 1024 * 1024,
                    "net",
                    "413 Content Too Large, of a body that is handled while it comes");
    public static final Limit HTTP_BODY_WINDOW_BYTES =
            limit("http.bodyWindowBytes", 512 * 1024, "net", "the client waits with its body");
    public static final Limit HTTP_BODY_PROGRESS_BYTES =
            limit(
                    "http.bodyProgressBytes",
                    64 * 1024,
                    "net",
                    "request-timeout, when less comes in http.idleMs and somebody waits for it");
    public static final Limit HTTP_STREAM_PENDING_BYTES =
            limit("http.streamPendingBytes", 256 * 1024, "net", "the writer is told to wait");
    public static final Limit HTTP_LINGER_MS =
            limit("http.lingerMs", 2_000, "net", "connection closed");
    public static final Limit HTTP_CLOSE_GRACE_MS =
            limit("http.closeGraceMs", 10_000, "net", "connection closed at shutdown");
    public static final Limit HTTP_IDLE_MS =
            limit("http.idleMs", 120_000, "net", "connection closed");
    public static final Limit HTTP_CONNECTIONS_PER_ADDRESS =
            limit("http.connectionsPerAddress", 10_000, "net", "connection closed");
    public static final Limit HTTP2_STREAMS =
            limit("http2.streams", 100, "net", "REFUSED_STREAM, for each connection");
    public static final Limit HTTP2_RESETS =
            limit("http2.resets", 200, "net", "ENHANCE_YOUR_CALM, in http2.rateSeconds");
    public static final Limit HTTP2_CONTROL_FRAMES =
            limit(
                    "http2.controlFrames",
                    400,
                    "net",
                    "ENHANCE_YOUR_CALM, of PING, SETTINGS, PRIORITY and unknown frames in"
                            + " http2.rateSeconds");
    public static final Limit HTTP2_RATE_SECONDS =
            limit("http2.rateSeconds", 30, "net", "the counts of http2.resets begin anew");
    public static final Limit HTTP2_EMPTY_FRAMES =
            limit("http2.emptyFrames", 10, "net", "ENHANCE_YOUR_CALM, of DATA frames in a row");
    public static final Limit HTTP2_SMALL_CONTINUATIONS =
            limit("http2.smallContinuations", 16, "net", "ENHANCE_YOUR_CALM");
    public static final Limit HTTP2_WINDOW_BYTES =
            limit("http2.windowBytes", 1024 * 1024, "net", "the client waits with its body");
    public static final Limit HTTP2_PENDING_BYTES =
            limit(
                    "http2.pendingBytes",
                    32L * 1024 * 1024,
                    "net",
                    "503 Service Unavailable for further answers, for each connection");
    public static final Limit UPSTREAM_CONNECTIONS =
            limit("upstream.connections", 1_000, "net", "503, for each server and event loop");
    public static final Limit UPSTREAM_CONNECT_MS =
            limit("upstream.connectMs", 5_000, "net", "502 Bad Gateway");
    public static final Limit UPSTREAM_IDLE_MS =
            limit("upstream.idleMs", 30_000, "net", "the idle connection is closed");
    public static final Limit SIGNATURE_CLOCK_SKEW_MS =
            limit("signature.clockSkewMs", 900_000, "accounts", "SignatureDoesNotMatch");
    public static final Limit ACCOUNTS = limit("accounts", 10_000, "accounts", "409 too-many");
    public static final Limit ACCOUNT_USERS =
            limit("account.users", 5_000, "accounts", "409 too-many");
    public static final Limit USER_KEYS = limit("user.keys", 10, "accounts", "409 too-many");
    public static final Limit USER_POLICIES =
            limit("user.policies", 10, "accounts", "409 too-many");
    public static final Limit USER_POLICY_CHARACTERS =
            limit("user.policyCharacters", 6_144, "accounts", "400 malformed-policy");
    public static final Limit POLICY_CHARACTERS =
            limit("policy.characters", 20_480, "accounts", "400 malformed-policy");
    public static final Limit FAILED_ATTEMPTS =
            limit(
                    "failedAttempts",
                    100,
                    "accounts",
                    "429 too-many-failures, of one address to be one key or application, or none"
                            + " that is known");
    public static final Limit FAILED_ATTEMPTS_PER_MINUTE =
            limit("failedAttempts.perMinute", 60, "accounts", "that many are forgotten");
    public static final Limit FAILED_ATTEMPTS_REMEMBERED =
            limit(
                    "failedAttempts.remembered",
                    50_000,
                    "accounts",
                    "further addresses and identities share limits");
    public static final Limit ACCOUNT_MEMORY_ENTRIES =
            limit(
                    "accounts.memoryEntries",
                    20_000,
                    "accounts",
                    "keys are read from the store again");
    public static final Limit OBJECT_DOCUMENT_BYTES =
            limit(
                    "object.documentBytes",
                    4 * 1024 * 1024,
                    "wire.s3",
                    "400 EntityTooLarge, for documents in XML or JSON");
    public static final Limit INVOKE_SYNCHRONOUS_PAYLOAD_BYTES =
            limit(
                    "invoke.synchronousPayloadBytes",
                    6_291_556,
                    "functions",
                    "413 RequestTooLargeException; for a response Function.ResponseSizeTooLarge");
    public static final Limit INVOKE_QUEUED_PAYLOAD_BYTES =
            limit(
                    "invoke.queuedPayloadBytes",
                    1_048_576,
                    "functions",
                    "413 RequestTooLargeException");
    public static final Limit INVOKE_STREAMED_RESPONSE_BYTES =
            limit(
                    "invoke.streamedResponseBytes",
                    200L * 1024 * 1024,
                    "engine",
                    "the stream ends with Function.ResponseSizeTooLarge");
    public static final Limit ACCOUNT_CONCURRENCY =
            limit("account.concurrency", 1_000, "engine", "429 TooManyRequestsException");
    public static final Limit SCHEDULER_QUEUE =
            limit("scheduler.queue", 10_000, "engine", "429 TooManyRequestsException");
    public static final Limit SCHEDULER_QUEUE_MS =
            limit("scheduler.queueMs", 10_000, "engine", "429 TooManyRequestsException");
    public static final Limit INITIALISATION_MS =
            limit("instance.initialisationMs", 10_000, "engine", "Sandbox.Timedout");
    public static final Limit INSTANCE_IDLE_MS =
            limit("instance.idleMs", 600_000, "engine", "the instance stops");
    public static final Limit INSTANCE_AWAKE_MS =
            limit("instance.awakeMs", 10_000, "engine", "the idle instance is frozen");
    public static final Limit INSTANCE_FROZEN_MS =
            limit("instance.frozenMs", 3_600_000, "engine", "the frozen instance stops");
    public static final Limit SANDBOXES =
            limit("sandbox.count", 3_000, "engine.process", "the start of a sandbox is refused");
    public static final Limit SANDBOX_START_MS =
            limit("sandbox.startMs", 10_000, "engine.process", "the start of a sandbox fails");
    public static final Limit SANDBOX_OPEN_FILES =
            limit("sandbox.openFiles", 1_024, "engine.process", "EMFILE inside");
    public static final Limit SANDBOX_LINE_BYTES =
            limit("sandbox.lineBytes", 256 * 1024, "engine.process", "the line comes in pieces");
    public static final Limit SANDBOX_READ_BYTES =
            limit("sandbox.readBytes", 16 * 1024, "engine.process", "the rest is read next");
    public static final Limit SANDBOX_KILL_MS =
            limit("sandbox.killMs", 10_000, "engine.process", "the failure is logged");
    public static final Limit SANDBOX_FREEZE_MS =
            limit("sandbox.freezeMs", 250, "engine.process", "the sandbox stays awake");
    public static final Limit CONTAINER_ANSWER_BYTES =
            limit(
                    "container.answerBytes",
                    16L * 1024 * 1024,
                    "engine.process",
                    "what was asked of the container daemon fails");
    public static final Limit CONTAINER_SILENCE_MS =
            limit(
                    "container.silenceMs",
                    30_000,
                    "engine.process",
                    "what was asked of the container daemon fails");
    public static final Limit CPU_LOOK_MS =
            limit(
                    "cpu.lookMs",
                    20,
                    "engine.process",
                    "how much CPU working sandboxes took is looked at again");
    public static final Limit CPU_QUIET_LOOK_MS =
            limit(
                    "cpu.quietLookMs",
                    100,
                    "engine.process",
                    "the same while sandboxes take hardly any");
    public static final Limit SANDBOX_SPARE_FOLDERS =
            limit(
                    "sandbox.spareFolders",
                    4,
                    "engine.process",
                    "/tmp folders of a size that are made ahead; more are made when needed");
    public static final Limit SANDBOX_SPARE_FOLDER_SIZES =
            limit(
                    "sandbox.spareFolderSizes",
                    4,
                    "engine.process",
                    "sizes of /tmp for which there are spares; others are made when needed");
    public static final Limit SANDBOX_IMAGE_BYTES =
            limit(
                    "sandbox.imageBytes",
                    16L * 1024 * 1024,
                    "engine.process",
                    "/tmp is in memory, because the disk cannot hold files with holes");
    public static final Limit SANDBOX_DISK_RESERVE_BYTES =
            limit(
                    "sandbox.diskReserveBytes",
                    1024L * 1024 * 1024,
                    "engine.process",
                    "the start of a sandbox is refused while less is free");
    public static final Limit STEM_CELLS =
            limit("stem.cells", 32, "engine", "further starts are plain ones");
    public static final Limit STEM_CELLS_PER_KIND =
            limit("stem.cellsPerKind", 16, "engine", "further starts are plain ones");
    public static final Limit STEM_CELL_MB =
            limit("stem.cellMb", 64, "engine", "what a waiting cell counts in the memory budget");
    public static final Limit STEM_BUDGET_PERCENT =
            limit("stem.budgetPercent", 15, "engine", "no further cell is started ahead");
    public static final Limit STEM_IDLE_MS =
            limit("stem.idleMs", 600_000, "engine", "an unused kind of cell is not kept");
    public static final Limit STEM_LAST_IDLE_MS =
            limit("stem.lastIdleMs", 3_600_000, "engine", "the last cell of a language stops");
    public static final Limit STEM_READY_MS =
            limit("stem.readyMs", 10_000, "engine", "the cell is stopped");
    public static final Limit STEM_BEGIN_MS =
            limit("stem.beginMs", 1_000, "engine.process", "a plain start takes its place");
    public static final Limit STEM_MESSAGE_BYTES =
            limit("stem.messageBytes", 60_000, "engine", "the start is a plain one");
    public static final Limit INSTANCE_PROCESSES =
            limit("instance.processes", 1_024, "engine", "the function cannot start more");
    public static final Limit WASM_MODULE_BYTES =
            limit(
                    "wasm.moduleBytes",
                    16L * 1024 * 1024,
                    "engine.wasm",
                    "400 InvalidParameterValueException");
    public static final Limit WASM_FUNCTIONS =
            limit("wasm.functions", 50_000, "engine.wasm", "400 InvalidParameterValueException");
    public static final Limit WASM_TABLE_ENTRIES =
            limit(
                    "wasm.tableEntries",
                    100_000,
                    "engine.wasm",
                    "400 InvalidParameterValueException");
    public static final Limit WASM_MEMORY_MB =
            limit("wasm.memoryMb", 2_047, "engine.wasm", "400 InvalidParameterValueException");
    public static final Limit WASM_COMPILE_MS =
            limit("wasm.compileMs", 60_000, "engine.wasm", "400 InvalidParameterValueException");
    public static final Limit WASM_COMPILER_MB =
            limit("wasm.compilerMb", 1_024, "engine.wasm", "400 InvalidParameterValueException");
    public static final Limit WASM_COMPILERS =
            limit("wasm.compilers", 2, "engine.wasm", "the next module waits");
    public static final Limit WASM_COMPILED_BYTES =
            limit(
                    "wasm.compiledBytes",
                    16L * 1024 * 1024,
                    "engine.wasm",
                    "400 InvalidParameterValueException");
    public static final Limit WASM_INTERPRETED_INSTRUCTIONS =
            limit(
                    "wasm.interpretedInstructions",
                    200_000,
                    "engine.wasm",
                    "400 InvalidParameterValueException");
    public static final Limit WASM_LOADED_BYTES =
            limit(
                    "wasm.loadedBytes",
                    24L * 1024 * 1024,
                    "engine.wasm",
                    "the module used the longest ago is loaded anew when needed");
    public static final Limit WASM_STORED_BYTES =
            limit(
                    "wasm.storedBytes",
                    2L * 1024 * 1024 * 1024,
                    "engine.wasm",
                    "the module used the longest ago is compiled anew when needed");
    public static final Limit WASM_MODULE_IDLE_MS =
            limit("wasm.moduleIdleMs", 1_800_000, "engine.wasm", "the module is loaded anew");
    public static final Limit WASM_INSTANCES =
            limit("wasm.instances", 2_000, "engine.wasm", "the start of an instance is refused");
    public static final Limit WASM_STACK_BYTES =
            limit("wasm.stackBytes", 2L * 1024 * 1024, "engine.wasm", "Runtime.ExitError");
    public static final Limit WASM_WORKERS =
            limit("wasm.workers", 64, "engine.wasm", "the start of an instance is refused");
    public static final Limit WASM_WORKER_INSTANCES =
            limit("wasm.workerInstances", 64, "engine.wasm", "the account gets another worker");
    public static final Limit WASM_WORKER_MB =
            limit("wasm.workerMb", 2_048, "engine.wasm", "the account gets another worker");
    public static final Limit WASM_WORKER_HEAP_MB =
            limit("wasm.workerHeapMb", 512, "engine.wasm", "the worker ends; Runtime.OutOfMemory");
    public static final Limit WASM_WORKER_EXTRA_MB =
            limit(
                    "wasm.workerExtraMb",
                    1_024,
                    "engine.wasm",
                    "memory of a worker beside that of its functions; it ends; Runtime.OutOfMemory");
    public static final Limit WASM_WORKER_START_MS =
            limit("wasm.workerStartMs", 10_000, "engine.wasm", "the worker is ended");
    public static final Limit WASM_WORKER_KILL_MS =
            limit("wasm.workerKillMs", 5_000, "engine.wasm", "the worker is ended");
    public static final Limit WASM_WORKER_EXIT_MS =
            limit("wasm.workerExitMs", 1_000, "engine.wasm", "the worker is killed");
    public static final Limit WASM_WORKER_IDLE_MS =
            limit("wasm.workerIdleMs", 60_000, "engine.wasm", "a worker without instances stops");
    public static final Limit WASM_WORKER_FRAME_BYTES =
            limit(
                    "wasm.workerFrameBytes",
                    8L * 1024 * 1024,
                    "engine.wasm",
                    "the worker that sends a larger one is ended");
    public static final Limit WASM_WORKER_UNSENT_BYTES =
            limit(
                    "wasm.workerUnsentBytes",
                    512L * 1024 * 1024,
                    "engine.wasm",
                    "the worker that does not read is ended");
    public static final Limit WASM_WORKER_LOG_CHARACTERS =
            limit(
                    "wasm.workerLogCharacters",
                    2L * 1024 * 1024,
                    "engine.wasm",
                    "the worker that does not wait for the log is ended");
    public static final Limit WASM_VECTORS =
            limit("wasm.vectors", 1_024, "engine.wasm", "EINVAL inside");
    public static final Limit WASM_HTTP_AT_ONCE =
            limit("wasm.httpAtOnce", 256, "engine.wasm", "TOO_MANY_SESSIONS inside");
    public static final Limit WASM_HTTP_ACCOUNT_AT_ONCE =
            limit("wasm.httpAccountAtOnce", 64, "engine.wasm", "TOO_MANY_SESSIONS inside");
    public static final Limit WASM_HTTP_RESPONSES =
            limit("wasm.httpResponses", 8, "engine.wasm", "TOO_MANY_SESSIONS inside");
    public static final Limit WASM_HTTP_REQUEST_BYTES =
            limit("wasm.httpRequestBytes", 1024 * 1024, "engine.wasm", "RUNTIME_ERROR inside");
    public static final Limit WASM_HTTP_HEADER_BYTES =
            limit("wasm.httpHeaderBytes", 64 * 1024, "engine.wasm", "REQUEST_ERROR inside");
    public static final Limit WASM_HTTP_RESPONSE_BYTES =
            limit("wasm.httpResponseBytes", 6_291_556, "engine.wasm", "RUNTIME_ERROR inside");
    public static final Limit WASM_HTTP_BODIES_BYTES =
            limit(
                    "wasm.httpBodiesBytes",
                    64L * 1024 * 1024,
                    "engine.wasm",
                    "RUNTIME_ERROR inside, for bodies above 64 KiB from three quarters of it");
    public static final Limit WASM_HTTP_CONNECT_MS =
            limit("wasm.httpConnectMs", 10_000, "engine.wasm", "REQUEST_ERROR inside");
    public static final Limit WASM_HTTP_IDLE_MS =
            limit("wasm.httpIdleMs", 60_000, "engine.wasm", "REQUEST_ERROR inside");
    public static final Limit CACHE_BYTES =
            limit(
                    "cache.bytes",
                    256L * 1024 * 1024,
                    "engine",
                    "the function's starts stay without a prepared cache");
    public static final Limit CACHE_TRAINING_MS =
            limit(
                    "cache.trainingMs",
                    300_000,
                    "engine",
                    "the function's starts stay without a prepared cache");
    public static final Limit CACHE_TRAINING_EXTRA_MB =
            limit(
                    "cache.trainingExtraMb",
                    512,
                    "engine",
                    "memory beside the function's own; the training fails");
    public static final Limit CACHES_BYTES =
            limit(
                    "cache.totalBytes",
                    4L * 1024 * 1024 * 1024,
                    "engine",
                    "the account with most of them loses the one unused for the longest time");
    public static final Limit CACHE_QUEUE =
            limit("cache.queue", 1_000, "engine", "the function is considered again later");
    public static final Limit CACHE_NAMES =
            limit("cache.names", 10_000, "engine", "the oldest refusals are forgotten");
    public static final Limit SCHEDULER_TOMBSTONES =
            limit("scheduler.tombstones", 10_000, "engine", "the oldest are forgotten");
    public static final Limit GUEST_HEADER_BYTES =
            limit("guest.headerBytes", 32 * 1024, "wire.runtime", "431 for the guest");
    public static final Limit GUEST_ACCEPTS_PER_SECOND =
            limit(
                    "guest.acceptsPerSecond",
                    500,
                    "wire.runtime",
                    "the guest's further connections wait");
    public static final Limit GUEST_CONNECTIONS =
            limit("guest.connections", 256, "wire.runtime", "the guest's connection is closed");
    public static final Limit GUEST_BODIES_BYTES =
            limit(
                    "guest.bodiesBytes",
                    32L * 1024 * 1024,
                    "wire.runtime",
                    "Runtime.ResponseMemory, for bodies above 64 KiB from three quarters of it");
    public static final Limit GUESTS_BODIES_BYTES =
            limit(
                    "guests.bodiesBytes",
                    96L * 1024 * 1024,
                    "wire.runtime",
                    "Runtime.ResponseMemory, for bodies above 64 KiB from three quarters of it");

    public static final Limit FUNCTION_TIMEOUT_SECONDS =
            limit("function.timeoutSeconds", 900, "wire.lambda", "400 ValidationException");
    public static final Limit FUNCTION_MEMORY_MB =
            limit("function.memoryMb", 10_240, "wire.lambda", "400 ValidationException");
    public static final Limit FUNCTION_EPHEMERAL_STORAGE_MB =
            limit("function.ephemeralStorageMb", 10_240, "wire.lambda", "400 ValidationException");
    public static final Limit FUNCTION_DESCRIPTION_CHARACTERS =
            limit("function.descriptionCharacters", 256, "wire.lambda", "400 ValidationException");
    public static final Limit FUNCTION_NAME_CHARACTERS =
            limit("function.nameCharacters", 64, "functions", "400 ValidationException");
    public static final Limit FUNCTION_ENVIRONMENT_BYTES =
            limit(
                    "function.environmentBytes",
                    4_096,
                    "functions",
                    "400 InvalidParameterValueException");
    public static final Limit FUNCTION_LAYERS =
            limit("function.layers", 5, "functions", "400 InvalidParameterValueException");
    public static final Limit FUNCTION_TAGS =
            limit("function.tags", 50, "functions", "400 InvalidParameterValueException");
    public static final Limit FUNCTION_REQUESTS_PER_INSTANCE =
            limit(
                    "function.requestsPerInstance",
                    1_000,
                    "functions",
                    "400 InvalidParameterValueException");
    public static final Limit FUNCTION_POLICY_BYTES =
            limit("function.policyBytes", 20_480, "functions", "400 PolicyLengthExceededException");
    public static final Limit FUNCTIONS_EXPECTED =
            limit(
                    "function.expected",
                    1_000,
                    "functions",
                    "the first invocation of a new function reads it from the store");
    public static final Limit FUNCTION_UNRESERVED_CONCURRENCY =
            limit(
                    "function.unreservedConcurrency",
                    100,
                    "functions",
                    "400 InvalidParameterValueException");
    public static final Limit LIST_PAGE =
            limit("list.page", 50, "functions", "a page holds no more; it has a NextMarker");
    public static final Limit CODE_ZIPPED_BYTES =
            limit(
                    "code.zippedBytes",
                    50L * 1024 * 1024,
                    "functions",
                    "413 RequestEntityTooLargeException");
    public static final Limit CODE_UNZIPPED_BYTES =
            limit(
                    "code.unzippedBytes",
                    262_144_000,
                    "functions",
                    "400 InvalidParameterValueException");
    public static final Limit CODE_ENTRIES =
            limit("code.entries", 100_000, "functions", "400 InvalidParameterValueException");
    public static final Limit CODE_PATH_BYTES =
            limit("code.pathBytes", 1_024, "functions", "400 InvalidParameterValueException");
    public static final Limit CODE_STORAGE_BYTES =
            limit(
                    "code.storageBytes",
                    75L * 1024 * 1024 * 1024,
                    "functions",
                    "400 CodeStorageExceededException");
    public static final Limit CODE_UNREFERENCED_MS =
            limit(
                    "code.unreferencedMs",
                    1_800_000,
                    "functions",
                    "code that nobody refers to is removed, after the longest invocation's end");
    public static final Limit CODE_SWEEP_MS =
            limit(
                    "code.sweepMs",
                    300_000,
                    "functions",
                    "how often unreferenced code is looked for");
    public static final Limit CODE_LINK_MS =
            limit("code.linkMs", 600_000, "wire.lambda", "403 AccessDenied for the download");
    public static final Limit IMAGE_MANIFEST_BYTES =
            limit("image.manifestBytes", 4L * 1024 * 1024, "engine.image", "400 image-too-large");
    public static final Limit IMAGE_LAYERS =
            limit("image.layers", 127, "engine.image", "400 image-too-large");
    public static final Limit IMAGE_BYTES =
            limit(
                    "image.bytes",
                    10L * 1024 * 1024 * 1024,
                    "engine.image",
                    "400 image-too-large, for all layers as they come");
    public static final Limit IMAGE_UNPACKED_BYTES =
            limit(
                    "image.unpackedBytes",
                    10L * 1024 * 1024 * 1024,
                    "engine.image",
                    "400 image-too-large, for all layers together");
    public static final Limit IMAGE_EXPANSION =
            limit(
                    "image.expansion",
                    200,
                    "engine.image",
                    "400 image-too-large, for a layer that becomes this many times larger");
    public static final Limit IMAGE_LAYER_ENTRIES =
            limit("image.layerEntries", 300_000, "engine.image", "400 image-too-large");
    public static final Limit IMAGE_ENTRIES =
            limit("image.entries", 500_000, "engine.image", "400 image-too-large");
    public static final Limit IMAGE_PATH_CHARACTERS =
            limit("image.pathCharacters", 3_000, "engine.image", "400 image-too-large");
    public static final Limit IMAGE_TAR_METADATA_BYTES =
            limit("image.tarMetadataBytes", 64 * 1024, "engine.image", "400 image-too-large");
    public static final Limit IMAGE_SETTINGS_CHARACTERS =
            limit(
                    "image.settingsCharacters",
                    64 * 1024,
                    "engine.image",
                    "400 image-too-large, for entry point, command and environment");
    public static final Limit IMAGE_UPLOAD_PART_BYTES =
            limit("image.uploadPartBytes", 8L * 1024 * 1024, "wire.admin", "413 too-large");
    public static final Limit IMAGE_UPLOADS =
            limit("image.uploads", 4, "functions", "429 too-many-uploads, for each account");
    public static final Limit IMAGE_UPLOAD_IDLE_MS =
            limit("image.uploadIdleMs", 600_000, "functions", "the upload is thrown away");
    public static final Limit IMAGE_CONNECT_MS =
            limit("image.connectMs", 10_000, "engine.image", "400 image-unreachable");
    public static final Limit IMAGE_RESPONSE_MS =
            limit("image.responseMs", 60_000, "engine.image", "400 image-unreachable");
    public static final Limit IMAGE_PULL_MS =
            limit("image.pullMs", 900_000, "engine.image", "400 image-unreachable");
    public static final Limit INSTANCE_STOP_MS =
            limit("instance.stopMs", 5_000, "engine", "an HTTP server that got SIGTERM is killed");
    public static final Limit GUEST_KEPT_MS =
            limit(
                    "guest.keptMs",
                    1_000,
                    "wire.runtime",
                    "an idle connection to an HTTP server is closed");
    public static final Limit GUEST_EXIT_MS =
            limit(
                    "guest.exitMs",
                    500,
                    "wire.runtime",
                    "an HTTP server that broke its connection is taken to live on");
    public static final Limit GUEST_RESPONSE_PART_BYTES =
            limit("guest.responsePartBytes", 64 * 1024, "wire.runtime", "the rest is read next");
    public static final Limit LOG_READ_LINES =
            limit("log.readLines", 10_000, "wire.admin", "the latest ones are given");
    public static final Limit LOG_FOLLOWERS =
            limit("log.followers", 1_000, "wire.admin", "429 too-many-log-followers");
    public static final Limit LOG_FOLLOW_QUEUE =
            limit(
                    "log.followQueue",
                    10_000,
                    "wire.admin",
                    "a follower that falls behind is cut off");
    public static final Limit LOG_PRINTED_BYTES =
            limit(
                    "log.printedBytes",
                    1024 * 1024,
                    "logs",
                    "of a function in a tenth of a second; its output is read later");
    public static final Limit LOG_GROUP_BUFFER_BYTES =
            limit(
                    "log.groupBufferBytes",
                    4 * 1024 * 1024,
                    "logs",
                    "the function's output is read later; beyond twice as much, lines are lost");
    public static final Limit LOG_BUFFER_BYTES =
            limit("log.bufferBytes", 64L * 1024 * 1024, "logs", "as logs.groupBufferBytes");
    public static final Limit LOG_STORED_BYTES =
            limit(
                    "log.storedBytes",
                    1024L * 1024 * 1024,
                    "logs",
                    "of a function, compressed; the oldest lines are removed");
    public static final Limit LOG_RETENTION_DAYS =
            limit("log.retentionDays", 7, "logs", "older lines are removed");
    public static final Limit LOG_RETENTION_MOST_DAYS =
            limit("log.retentionMostDays", 3_653, "logs", "400 invalid");
    public static final Limit INVOKE_CLIENT_CONTEXT_BYTES =
            limit(
                    "invoke.clientContextBytes",
                    3_583,
                    "functions",
                    "400 InvalidRequestContentException");
    public static final Limit INVOKE_RECURSION =
            limit("invoke.recursion", 16, "functions", "400 RecursiveInvocationException");
    public static final Limit QUEUE_IN_FLIGHT_PER_FUNCTION =
            limit("queue.inFlightPerFunction", 64, "functions", "further events wait");
    public static final Limit QUEUE_IN_FLIGHT =
            limit("queue.inFlight", 256, "functions", "further events wait");
    public static final Limit QUEUE_WAITING_PER_FUNCTION =
            limit(
                    "queue.waitingPerFunction",
                    256,
                    "functions",
                    "further events wait in the store only");
    public static final Limit QUEUE_MEMORY_BYTES =
            limit(
                    "queue.memoryBytes",
                    32L * 1024 * 1024,
                    "functions",
                    "further payloads wait in the store only");
    public static final Limit QUEUE_WRITES_BYTES =
            limit(
                    "queue.writesBytes",
                    64L * 1024 * 1024,
                    "functions",
                    "429 TooManyRequestsException");
    public static final Limit STORE_CONNECTIONS =
            limit("store.connections", 8, "store", "callers wait for one");
    public static final Limit STORE_WAIT_MS =
            limit("store.waitMs", 15_000, "store", "store-unavailable");
    public static final Limit STORE_ATTEMPTS =
            limit("store.attempts", 50, "store", "store-conflict");
    public static final Limit STORE_STATEMENT_MS =
            limit("store.statementMs", 30_000, "store", "store-timeout");
    public static final Limit STORE_IDLE_IN_TRANSACTION_MS =
            limit("store.idleInTransactionMs", 60_000, "store", "store-unavailable");
    public static final Limit STORE_START_MS =
            limit("store.startMs", 120_000, "store", "store-unavailable");
    public static final Limit STORE_STOP_MS =
            limit("store.stopMs", 10_000, "store", "PostgreSQL is killed and recovers later");
    public static final Limit STORE_NOTIFICATIONS =
            limit("store.notifications", 10_000, "store", "listeners get one empty text instead");
    public static final Limit STORE_NOTIFICATION_BYTES =
            limit("store.notificationBytes", 7_000, "store", "the transaction is refused");
    public static final Limit CHANGES_PER_READ =
            limit("changes.perRead", 10_000, "store", "fewer changes are returned");
    public static final Limit LEASE_MS =
            limit("lease.ms", 10_000, "store", "another node takes the duty over");
    public static final Limit APPLICATIONS =
            limit("application.perAccount", 20_000, "apis.clients", "409 too-many");
    public static final Limit APPLICATION_SECRETS =
            limit("application.secrets", 2, "apis.clients", "409 too-many-secrets");
    public static final Limit CLIENTS_GONE =
            limit(
                    "application.goneRemembered",
                    10_000,
                    "apis.clients",
                    "client IDs of removed applications are looked up once more");
    public static final Limit PLANS =
            limit("plan.perAccount", 1_000, "apis.clients", "409 too-many");
    public static final Limit PLAN_ROUTES =
            limit("plan.routes", 100, "apis.clients", "400 invalid");
    public static final Limit RATE_PER_SECOND =
            limit("plan.ratePerSecond", 1_000_000, "apis.clients", "400 invalid");
    public static final Limit RATE_BURST =
            limit("plan.burst", 10_000_000, "apis.clients", "400 invalid");
    public static final Limit QUOTA_REQUESTS =
            limit("plan.quota", 1_000_000_000_000L, "apis.clients", "400 invalid");
    public static final Limit SUBSCRIPTIONS =
            limit("subscription.perApplication", 1_000, "apis.clients", "409 too-many");
    public static final Limit OFFER_NAMES =
            limit("offer.names", 1_000, "apis.clients", "400 invalid, for accounts and for plans");
    public static final Limit OFFER_TERMS_CHARACTERS =
            limit("offer.termsCharacters", 100_000, "apis.clients", "400 invalid");
    public static final Limit RATE_ADDRESSES =
            limit(
                    "rate.addresses",
                    50_000,
                    "apis.clients",
                    "further addresses share 256 rates for each API until some are idle");
    public static final Limit RATE_SWEEP_MS =
            limit(
                    "rate.sweepMs",
                    10_000,
                    "apis.clients",
                    "how often rates that nobody uses are forgotten");
    public static final Limit URL_PRELUDE_BYTES =
            limit("url.preludeBytes", 64 * 1024, "triggers", "502 Internal Server Error");
    public static final Limit API_USAGE_SERIES =
            limit(
                    "apiUsage.series",
                    10_000,
                    "apis.usage",
                    "further combinations in an API count under the client (other)");
    public static final Limit API_USAGE_OTHER_SERIES =
            limit(
                    "apiUsage.otherSeries",
                    1_000,
                    "apis.usage",
                    "further combinations in an API count under the route (other), too");
    public static final Limit API_USAGE_MINUTES_DAYS =
            limit("apiUsage.minutesDays", 1, "apis.usage", "older usage is kept by the hour");
    public static final Limit API_USAGE_HOURS_DAYS =
            limit("apiUsage.hoursDays", 35, "apis.usage", "older usage is kept by the day");
    public static final Limit API_USAGE_DAYS =
            limit("apiUsage.days", 730, "apis.usage", "older usage is removed");
    public static final Limit API_USAGE_ROWS =
            limit("apiUsage.rows", 20_000, "apis.usage", "400 too-much-usage");
    public static final Limit API_LOG_BODY_BYTES =
            limit("apiLog.bodyBytes", 64 * 1024, "apis.usage", "400 invalid");
    public static final Limit API_LOG_GROUP_BUFFER_BYTES =
            limit(
                    "apiLog.groupBufferBytes",
                    16L * 1024 * 1024,
                    "apis.usage",
                    "beyond twice as much of one API, responses are not logged, and the log says how many");
    public static final Limit API_LOG_BUFFER_BYTES =
            limit(
                    "apiLog.bufferBytes",
                    64L * 1024 * 1024,
                    "apis.usage",
                    "as apiLog.groupBufferBytes, of all APIs");
    public static final Limit API_LOG_STORED_BYTES =
            limit(
                    "apiLog.storedBytes",
                    4L * 1024 * 1024 * 1024,
                    "apis.usage",
                    "of an API, compressed; the oldest responses are removed");
    public static final Limit API_LOG_READ_RESPONSES =
            limit("apiLog.readResponses", 1_000, "apis.usage", "400 invalid");
    public static final Limit API_LOG_SEARCH_CHUNKS =
            limit(
                    "apiLog.searchChunks",
                    2_000,
                    "apis.usage",
                    "the page ends there and says where to go on");
    public static final Limit ACCOUNT_APIS =
            limit("account.apis", 600, "apis", "409 too-many-apis");
    public static final Limit ACCOUNT_DOMAINS =
            limit("account.domains", 200, "apis.domains", "409 too-many");
    public static final Limit DOMAIN_CERTIFICATE_BYTES =
            limit("domain.certificateBytes", 64 * 1024, "apis.domains", "400 invalid-certificate");
    public static final Limit DOMAIN_IDENTITIES =
            limit(
                    "domain.identities",
                    10_000,
                    "apis.domains",
                    "certificates in memory; those least asked for are read again when they are");
    public static final Limit ACME_ORDERS =
            limit("acme.orders", 4, "apis.domains", "further domains wait for their turn");
    public static final Limit ACME_ORDERS_PER_HOUR =
            limit(
                    "acme.ordersPerHour",
                    40,
                    "apis.domains",
                    "of each account; further ones wait for an hour, and say so");
    public static final Limit API_ROUTES =
            limit("api.routes", 20_000, "apis", "409 too-many-routes");
    public static final Limit API_INTEGRATIONS =
            limit("api.integrations", 20_000, "apis", "409 too-many-integrations");
    public static final Limit SOCKETS =
            limit("sockets.connections", 100_000, "apis.sockets", "503 unavailable");
    public static final Limit SOCKET_FRAME_BYTES =
            limit("socket.frameBytes", 32 * 1024, "net", "connection closed with 1009");
    public static final Limit SOCKET_MESSAGE_BYTES =
            limit(
                    "socket.messageBytes",
                    128 * 1024,
                    "net",
                    "connection closed with 1009; 413 PayloadTooLargeException when posted");
    public static final Limit SOCKET_MESSAGES_AT_WORK =
            limit("socket.messagesAtWork", 8, "net", "nothing more is read of that connection");
    public static final Limit SOCKET_QUEUED_BYTES =
            limit(
                    "socket.queuedBytes",
                    1024 * 1024,
                    "net",
                    "429 LimitExceededException when posted; answers are dropped");
    public static final Limit SOCKET_IDLE_MS =
            limit("socket.idleMs", 600_000, "net", "connection closed with 1001");
    public static final Limit SOCKET_AGE_MS =
            limit("socket.ageMs", 7_200_000, "net", "connection closed with 1001");
    public static final Limit SOCKET_CLOSE_MS =
            limit("socket.closeMs", 5_000, "net", "connection closed without the client's consent");
    public static final Limit SOCKET_FAREWELL_MS =
            limit(
                    "socket.farewellMs",
                    5_000,
                    "apis.sockets",
                    "the server stops without waiting for functions of $disconnect");
    public static final Limit API_TAGS = limit("api.tags", 50, "apis", "400 invalid");
    public static final Limit API_PARTS_PAGE =
            limit("api.partsPage", 500, "wire.apigatewayv2", "the page ends there");
    public static final Limit API_ROUTE_KEY_CHARACTERS =
            limit("api.routeKeyCharacters", 1_024, "apis", "400 invalid");
    public static final Limit API_STAGES = limit("api.stages", 20, "apis", "409 too-many-stages");
    public static final Limit API_STAGE_VARIABLES =
            limit("api.stageVariables", 100, "apis", "400 invalid");
    public static final Limit API_DEPLOYMENTS =
            limit("api.deployments", 100, "apis", "the oldest that no stage serves is removed");
    public static final Limit API_DESCRIPTION_CHARACTERS =
            limit("api.descriptionCharacters", 1_024, "apis", "400 invalid");
    public static final Limit API_AUTHORIZERS = limit("api.authorizers", 20, "apis", "400 invalid");
    public static final Limit API_VERDICT_SECONDS =
            limit("api.verdictSeconds", 3_600, "apis", "400 invalid");
    public static final Limit API_IDENTITIES =
            limit(
                    "api.identities",
                    20_000,
                    "wire.gateway",
                    "tokens and verdicts that are known are forgotten");
    public static final Limit API_KEYS_BYTES =
            limit("api.keysBytes", 1024 * 1024, "wire.gateway", "503 issuer-unavailable");
    public static final Limit API_MOCK_BYTES =
            limit("api.mockBytes", 64 * 1024, "apis", "400 invalid");
    public static final Limit API_COMPRESSION_BYTES =
            limit("api.compressionBytes", 10L * 1024 * 1024, "apis", "400 invalid");
    public static final Limit API_CORS_AGE_SECONDS =
            limit("api.corsAgeSeconds", 86_400, "apis", "400 invalid");
    public static final Limit API_WHOLE_ANSWER_BYTES =
            limit(
                    "api.wholeAnswerBytes",
                    64 * 1024,
                    "wire.gateway",
                    "a longer answer of a backend is passed on in parts");
    public static final Limit API_MAPPING_CHANGES =
            limit("api.mappingChanges", 50, "apis", "400 invalid");
    public static final Limit API_MAPPING_VALUE_CHARACTERS =
            limit("api.mappingValueCharacters", 1_024, "apis", "400 invalid");
    public static final Limit API_CACHE_SECONDS =
            limit("api.cacheSeconds", 86_400, "apis", "400 invalid");
    public static final Limit API_CACHE_BYTES =
            limit(
                    "api.cacheBytes",
                    64 * 1024 * 1024,
                    "wire.gateway",
                    "answers that are seldom asked for are forgotten");
    public static final Limit API_CACHED_ANSWER_BYTES =
            limit(
                    "api.cachedAnswerBytes",
                    1024 * 1024,
                    "wire.gateway",
                    "a larger answer is not kept");
    public static final Limit API_TIMEOUT_MS =
            limit("api.timeoutMs", 900_000, "apis", "400 invalid");
    public static final Limit SESSION_MS =
            limit("session.ms", 12L * 3_600_000, "accounts", "one must sign in again");
    public static final Limit SESSION_IDLE_MS =
            limit("session.idleMs", 3_600_000, "accounts", "one must sign in again");
    public static final Limit KEY_SESSIONS =
            limit("key.sessions", 20, "accounts", "the oldest session ends");
    public static final Limit PORTAL_FORM_BYTES =
            limit("portal.formBytes", 64 * 1024, "wire.portal", "413");
    public static final Limit PORTAL_SIGN_IN_MS =
            limit(
                    "portal.signInMs",
                    300,
                    "wire.portal",
                    "so long takes an attempt that fails, whatever the reason");
    public static final Limit PORTAL_SIGN_INS_OF_ADDRESS =
            limit("portal.signInsOfAddress", 20, "wire.portal", "429, of failures in 15 minutes");
    public static final Limit PORTAL_SIGN_INS_OF_KEY =
            limit("portal.signInsOfKey", 10, "wire.portal", "429, of failures in 15 minutes");
    public static final Limit PORTAL_SIGN_INS_COUNTED =
            limit("portal.signInsCounted", 10_000, "wire.portal", "counting begins anew");
    public static final Limit PORTAL_PAGE_APIS =
            limit("portal.pageApis", 50, "wire.portal", "the others are on further pages");
    public static final Limit PORTAL_PAGE_OPERATIONS =
            limit("portal.pageOperations", 200, "wire.portal", "the others are on further pages");
    public static final Limit PORTAL_PAGE_ROWS =
            limit("portal.pageRows", 100, "wire.portal", "the others are on further pages");
    public static final Limit PORTAL_SCHEMA_DEPTH =
            limit("portal.schemaDepth", 6, "wire.portal", "deeper parts are left out");
    public static final Limit PORTAL_SCHEMA_PARTS =
            limit("portal.schemaParts", 200, "wire.portal", "further parts are left out");
    public static final Limit PORTAL_MARKDOWN_CHARACTERS =
            limit("portal.markdownCharacters", 20_000, "wire.portal", "the rest is left out");
    public static final Limit PORTAL_MARKDOWN_DEPTH =
            limit("portal.markdownDepth", 20, "wire.portal", "deeper parts are left out");
    public static final Limit API_DOCUMENT_BYTES =
            limit("api.documentBytes", 16L * 1024 * 1024, "apis.openapi", "413 too-large");
    public static final Limit API_DOCUMENT_NODES =
            limit("api.documentNodes", 400_000, "apis.openapi", "400 invalid-document");
    public static final Limit API_DOCUMENT_DEPTH =
            limit("api.documentDepth", 100, "apis.openapi", "400 invalid-document");
    public static final Limit API_DOCUMENT_MISTAKES =
            limit("api.documentMistakes", 200, "apis.openapi", "further mistakes are only counted");
    public static final Limit API_VALIDATED_BYTES =
            limit("api.validatedBytes", 1024 * 1024, "apis.openapi", "413 too-large");
    public static final Limit API_VIOLATIONS =
            limit("api.violations", 50, "apis.openapi", "further ones are not told");
    public static final Limit API_VALIDATION_REFERENCES =
            limit("api.validationReferences", 100_000, "apis.openapi", "400 request-invalid");
    public static final Limit API_PATTERN_STEPS =
            limit(
                    "api.patternSteps",
                    1_000_000,
                    "apis.openapi",
                    "a text that a pattern looks at more often does not match it");
    public static final Limit OBJECT_BUCKETS =
            limit("object.buckets", 10_000, "objects", "409 too-many-buckets, of an account");
    public static final Limit OBJECT_KEY_BYTES =
            limit("object.keyBytes", 1_024, "objects", "400 invalid-key");
    public static final Limit OBJECT_PUT_BYTES =
            limit(
                    "object.putBytes",
                    5L * 1024 * 1024 * 1024,
                    "objects",
                    "400 object-too-large, of what is uploaded or copied at once");
    public static final Limit OBJECT_BYTES =
            limit(
                    "object.bytes",
                    50L * 1024 * 1024 * 1024 * 1024,
                    "objects",
                    "400 object-too-large");
    public static final Limit OBJECT_PARTS =
            limit("object.parts", 10_000, "objects", "400 invalid-part-number");
    public static final Limit OBJECT_PART_LEAST_BYTES =
            limit(
                    "object.partLeastBytes",
                    5L * 1024 * 1024,
                    "objects",
                    "400 part-too-small, of all but the last");
    public static final Limit OBJECT_METADATA_BYTES =
            limit("object.metadataBytes", 2_048, "objects", "400 metadata-too-large");
    public static final Limit OBJECT_TAGS = limit("object.tags", 10, "objects", "400 invalid-tag");
    public static final Limit BUCKET_TAGS = limit("bucket.tags", 50, "objects", "400 invalid-tag");
    public static final Limit BUCKET_SETTING_CHARACTERS =
            limit("bucket.settingCharacters", 1024 * 1024, "objects", "400 invalid-bucket-setting");
    public static final Limit BUCKET_RULES =
            limit(
                    "bucket.rules",
                    1_000,
                    "objects",
                    "400 invalid-bucket-setting, of lifecycle; of CORS a tenth");
    public static final Limit OBJECT_LIST_ENTRIES =
            limit("object.listEntries", 1_000, "objects", "the others are on further pages");
    public static final Limit OBJECT_SCRUB_BYTES =
            limit(
                    "object.scrubBytes",
                    4L * 1024 * 1024,
                    "objects",
                    "so many are verified in a second, on average");
    public static final Limit OBJECT_SCRUB_MS =
            limit("object.scrubMs", 86_400_000, "objects", "a file is verified no more often");
    public static final Limit OBJECT_DELETIONS =
            limit("object.deletions", 1_000, "objects", "400 invalid, of one request");

    private Limits() {}

    /** All limits, in the order of their declaration. */
    public static List<Limit> all() {
        return Collections.unmodifiableList(ALL);
    }

    private static Limit limit(String name, long value, String where, String error) {
        var limit = new Limit(name, value, where, error);
        ALL.add(limit);
        return limit;
    }
}
