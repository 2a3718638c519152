extension ParquetMetadata {
    private static let deepest = 64

    /// The leaves of the schema's tree with their levels; nil when the elements do not make one tree.
    func leaves() -> [ColumnDescriptor]? {
        guard let root = schema.first, root.type == nil else { return nil }
        var leaves: [ColumnDescriptor] = []
        var next = 1
        guard addLeaves(of: root, [], 0, 0, &next, &leaves), next == schema.count else { return nil }
        return leaves
    }

    private func addLeaves(
        of group: SchemaElement, _ path: [String], _ definition: Int, _ repetition: Int, _ next: inout Int,
        _ leaves: inout [ColumnDescriptor]
    ) -> Bool {
        guard path.count < Self.deepest, group.childCount <= schema.count - next else { return false }
        for _ in 0..<group.childCount {
            guard next < schema.count else { return false }
            let element = schema[next]
            next += 1
            let isOptional = element.repetition == .optional || element.repetition == .repeated
            let depth = definition + (isOptional ? 1 : 0)
            let repeats = repetition + (element.repetition == .repeated ? 1 : 0)
            guard let type = element.type else {
                guard addLeaves(of: element, path + [element.name], depth, repeats, &next, &leaves) else {
                    return false
                }
                continue
            }
            guard element.childCount == 0, (0...7).contains(type.rawValue),
                type != .fixedLengthByteArray || element.typeLength > 0
            else { return false }
            leaves.append(
                ColumnDescriptor(
                    element: element, path: path + [element.name], maximumDefinitionLevel: depth,
                    maximumRepetitionLevel: repeats))
        }
        return true
    }

    /// Whether every row group has the schema's columns, with their types and, where nothing repeats, its rows.
    var isConsistent: Bool {
        rowGroups.allSatisfy { group in
            group.columns.count == columns.count
                && zip(group.columns, columns).allSatisfy { chunk, column in
                    chunk.isEncrypted
                        || chunk.type == column.element.type
                            && (column.maximumRepetitionLevel > 0 || chunk.valueCount == group.rowCount)
                }
        }
    }
}
