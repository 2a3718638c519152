/// When requests of an open loop are due: evenly spaced, whatever the server does.
struct Schedule {
    private let interval: Double
    private let start: Double
    private let end: Int64
    private var next = 0

    /// - Parameters:
    ///   - rate: Of all workers together, a second.
    ///   - worker: Takes every `workers`th request, from its own number on.
    init(rate: Double, worker: Int, workers: Int, start: Int64, end: Int64) {
        let spacing = 1e9 / rate
        interval = spacing * Double(workers)
        self.start = Double(start) + spacing * Double(worker)
        self.end = end
    }

    /// When the next request is due, in nanoseconds; nil when none is left before the end.
    var nextDue: Int64? {
        let due = Int64(start + interval * Double(next))
        return due < end ? due : nil
    }

    mutating func advance() { next += 1 }
}
