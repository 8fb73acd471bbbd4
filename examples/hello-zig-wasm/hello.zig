// Answers {"name":"Ada"} with {"message":"Hello Ada"}: the event comes on standard input, the answer
// goes to standard output, and what is printed to standard error is the log.
const std = @import("std");

const Event = struct { name: []const u8 = "world" };

pub fn main() !void {
    const allocator = std.heap.page_allocator;
    const text = try std.io.getStdIn().readToEndAlloc(allocator, 8 << 20);
    const event = try std.json.parseFromSlice(Event, allocator, text, .{ .ignore_unknown_fields = true });
    const request = std.process.getEnvVarOwned(allocator, "AWS_LAMBDA_REQUEST_ID") catch "";
    std.debug.print("request {s}\n", .{request});
    try std.io.getStdOut().writer().print("{{\"message\":\"Hello {s}\"}}", .{event.value.name});
}
