/// Finds what somebody meant to write.
package enum Suggestion {
    /// The candidate with the fewest edits; the first of several. Nil only without candidates.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let word = [UInt8](word.lowercased().utf8.prefix(100))
        return candidates.map { (distance(word, [UInt8]($0.lowercased().utf8.prefix(100))), $0) }
            .min { $0.0 < $1.0 }?.1
    }

    /// Insertions, removals, replacements and swaps of neighbours that lead from one word to the other.
    ///
    /// Source: optimal string alignment distance.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1] + [Int](repeating: 0, count: b.count)
            for j in 0..<b.count {
                row[j + 1] = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
