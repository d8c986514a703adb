// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QVariant>

namespace fedcctr::widgets {

/// One setting as a form shows it.
struct FormField {
    enum class Type { Toggle, Integer, Number, Choice, Text };

    QString key; ///< "loss.lambda1"; the editor is called edit_loss_lambda1
    QString section; ///< fields of one section stand together under its title; empty: no title
    QString symbol; ///< "λ₁", may be empty
    QString label;
    QString unit;
    QString help;
    Type type = Type::Number;
    double least = 0;
    double most = 1;
    double step = 0.1;
    bool logarithmic = false;
    QStringList choices;
    QVariant fallback; ///< bool, qlonglong, double or QString
    QString lowEnd = {}; ///< a word under either end of the slider; may be empty
    QString highEnd = {};

    bool isNumeric() const { return type == Type::Integer || type == Type::Number; }

    /// The key as a part of object names: "loss_lambda1".
    QString objectKey() const { return QString(key).replace(u'.', u'_'); }
};

/// How a screen reader says a label: Greek letters and subscripts as words.
QString spoken(const FormField& field);

/// "α_A" with a real subscript, as rich text.
QString labelText(const FormField& field);

/// "0.1 to 10", or the choices; empty for what has no range.
QString rangeText(const FormField& field);

/// What the field is, its unit, range and default; and why it does not matter now, if it does not.
QString fieldTip(const FormField& field, const QString& irrelevant = {});

} // namespace fedcctr::widgets
