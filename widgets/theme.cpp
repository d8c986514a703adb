// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QStyleFactory>
#include <QSvgRenderer>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr auto kPortalSpace = "org.freedesktop.appearance";
constexpr auto kPortalKey = "color-scheme";

QPalette paletteFrom(const QJsonObject& json)
{
    const auto color = [&json](const QString& key) { return QColor(json[key].toString()); };
    QPalette palette;
    const QColor button = color(u"button"_s);
    const QColor border = color(u"border"_s);
    palette.setColor(QPalette::Window, color(u"window"_s));
    palette.setColor(QPalette::Base, color(u"base"_s));
    palette.setColor(QPalette::AlternateBase, color(u"alternate"_s));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(role, color(u"text"_s));
    palette.setColor(QPalette::BrightText, color(u"error"_s));
    palette.setColor(QPalette::PlaceholderText, color(u"muted"_s));
    palette.setColor(QPalette::Button, button);
    palette.setColor(QPalette::Light, button.lighter(108));
    palette.setColor(QPalette::Midlight, mixed(button, border, 0.3));
    palette.setColor(QPalette::Mid, border);
    palette.setColor(QPalette::Dark, mixed(border, QColor(Qt::black), 0.3));
    palette.setColor(QPalette::Shadow, Qt::black);
    palette.setColor(QPalette::Highlight, color(u"highlight"_s));
    palette.setColor(QPalette::HighlightedText, color(u"highlightedText"_s));
    palette.setColor(QPalette::Link, color(u"link"_s));
    palette.setColor(QPalette::LinkVisited, color(u"link"_s));
    palette.setColor(QPalette::ToolTipBase, color(u"tooltip"_s));
    palette.setColor(QPalette::ToolTipText, color(u"tooltipText"_s));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, color(u"disabled"_s));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, border);
    return palette;
}

ThemeColors read(const QString& name)
{
    QFile file(u":/fedcctr/themes/%1.json"_s.arg(name));
    // Built into the program: it can only be missing if the build is broken.
    if (!file.open(QIODevice::ReadOnly))
        qFatal("The theme %s is missing from the program.", qPrintable(name));
    const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
    ThemeColors colors;
    colors.palette = paletteFrom(json);
    for (const QJsonValue value : json[u"series"_s].toArray())
        colors.series.append(QColor(value.toString()));
    colors.muted = QColor(json[u"muted"_s].toString());
    colors.border = QColor(json[u"border"_s].toString());
    colors.info = QColor(json[u"info"_s].toString());
    colors.success = QColor(json[u"success"_s].toString());
    colors.warning = QColor(json[u"warning"_s].toString());
    colors.error = QColor(json[u"error"_s].toString());
    return colors;
}

QPixmap tinted(QSvgRenderer& renderer, int size, const QColor& color)
{
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(pixmap.rect(), color);
    return pixmap;
}

QIcon tintedIcon(const QString& name, const QColor& normal, const QColor& disabled)
{
    QSvgRenderer renderer(u":/fedcctr/icons/%1.svg"_s.arg(name));
    QIcon icon;
    for (const int size : {16, 24, 32, 48, 64}) {
        icon.addPixmap(tinted(renderer, size, normal), QIcon::Normal);
        icon.addPixmap(tinted(renderer, size, disabled), QIcon::Disabled);
    }
    return icon;
}

} // namespace

QColor mixed(const QColor& from, const QColor& to, double share)
{
    const auto part = [share](float a, float b) {
        return static_cast<float>(a + (b - a) * static_cast<float>(share));
    };
    return QColor::fromRgbF(
        part(from.redF(), to.redF()), part(from.greenF(), to.greenF()), part(from.blueF(), to.blueF()));
}

const ThemeColors& themeColors(bool dark)
{
    static const ThemeColors kLight = read(u"light"_s);
    static const ThemeColors kDark = read(u"dark"_s);
    return dark ? kDark : kLight;
}

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

QIcon themeIcon(const QString& name, const QPalette& palette)
{
    return tintedIcon(name, palette.color(QPalette::Active, QPalette::ButtonText),
        palette.color(QPalette::Disabled, QPalette::ButtonText));
}

QIcon themeIcon(const QString& name, const QColor& color)
{
    return tintedIcon(name, color, color);
}

Theme::Theme(QObject* parent)
    : QObject(parent)
    , m_systemIsDark(isDark(QApplication::palette()))
{
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    watchPortal();
    apply();
}

void Theme::setChoice(Choice choice)
{
    m_choice = choice;
    apply();
}

void Theme::watchPortal()
{
    // Without an address the library would try to start a bus of its own.
    if (qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"))
        return;
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    const QString service = u"org.freedesktop.portal.Desktop"_s;
    const QString path = u"/org/freedesktop/portal/desktop"_s;
    const QString interface = u"org.freedesktop.portal.Settings"_s;
    bus.connect(service, path, interface, u"SettingChanged"_s, this,
        SLOT(portalSettingChanged(QString, QString, QDBusVariant)));
    QDBusMessage ask = QDBusMessage::createMethodCall(service, path, interface, u"Read"_s);
    ask << QString::fromLatin1(kPortalSpace) << QString::fromLatin1(kPortalKey);
    auto* answer = new QDBusPendingCallWatcher(bus.asyncCall(ask), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* watcher) {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid())
            portalSettingChanged(
                QString::fromLatin1(kPortalSpace), QString::fromLatin1(kPortalKey), reply.value());
        watcher->deleteLater();
    });
}

void Theme::portalSettingChanged(const QString& space, const QString& key, const QDBusVariant& value)
{
    if (space != QLatin1String(kPortalSpace) || key != QLatin1String(kPortalKey))
        return;
    // Read wraps the value once more than the change signal does.
    QVariant content = value.variant();
    if (content.canConvert<QDBusVariant>())
        content = content.value<QDBusVariant>().variant();
    m_systemIsDark = content.toUInt() == 1;
    apply();
}

void Theme::apply()
{
    const bool dark = m_choice == Choice::Dark || (m_choice == Choice::System && m_systemIsDark);
    QApplication::setPalette(themeColors(dark).palette);
}

} // namespace fedcctr::widgets
