/// What workers saw between the end of the warm-up and the last answer.
struct Tally: Sendable {
    var latency = Histogram()
    /// Answers by status code.
    var statuses: [Int: Int] = [:]
    /// Connections that broke, by reason.
    var errors: [String: Int] = [:]
    /// Requests sent that never got an answer; warm-up included, as every broken promise counts.
    var lost = 0
    /// Open loop: due before the end, but every connection was busy until then.
    var unsent = 0
    var bodyBytes = 0
    /// Connections ever opened, idle ones included.
    var opened = 0
    /// Idle connections that the server closed.
    var idleClosed = 0
    /// Requests with the expected status since the start, warm-up and idle connections included.
    var acknowledged = 0
    /// Answers with another status, in the warm-up.
    var unexpectedInWarmup = 0
    /// The moment of the last answer, in nanoseconds.
    var lastAnswer: Int64 = 0
    var failure: LoadError?

    var requests: Int { statuses.values.reduce(0, +) }

    mutating func add(_ other: Tally) {
        latency.add(other.latency)
        statuses.merge(other.statuses, uniquingKeysWith: +)
        errors.merge(other.errors, uniquingKeysWith: +)
        lost += other.lost
        unsent += other.unsent
        bodyBytes += other.bodyBytes
        opened += other.opened
        idleClosed += other.idleClosed
        acknowledged += other.acknowledged
        unexpectedInWarmup += other.unexpectedInWarmup
        lastAnswer = max(lastAnswer, other.lastAnswer)
        failure = failure ?? other.failure
    }
}
