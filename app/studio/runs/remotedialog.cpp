// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/remotedialog.h"

#include "app/studio/runs/datasetmanifest.h"
#include "widgets/theme.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

RemoteDialog::RemoteDialog(QSettings* settings, QWidget* parent)
    : QDialog(parent)
    , m_settings(settings)
    , m_targets(remoteTargets(*settings))
    , m_list(new QListWidget(this))
    , m_form(new QWidget(this))
{
    setObjectName(u"dialog_remote"_s);
    setWindowTitle(tr("Machines"));
    m_list->setObjectName(u"list_remote"_s);
    m_list->setAccessibleName(tr("Machines"));
    m_list->setToolTip(tr("Machines that runs can be sent to over SSH"));
    buildForm();
    auto* add = new QPushButton(tr("Add"), this);
    add->setObjectName(u"button_remote_add"_s);
    add->setToolTip(tr("A new machine"));
    auto* remove = new QPushButton(tr("Remove"), this);
    remove->setObjectName(u"button_remote_remove"_s);
    remove->setToolTip(tr("Forget this machine; nothing there is touched"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::accept);
    connect(m_list, &QListWidget::currentRowChanged, this, &RemoteDialog::showTarget);
    connect(add, &QPushButton::clicked, this, [this] {
        RemoteTarget target;
        target.name = tr("machine %1").arg(m_targets.size() + 1);
        m_targets.append(target);
        fillList(static_cast<int>(m_targets.size()) - 1);
        m_name->setFocus();
        m_name->selectAll();
    });
    connect(remove, &QPushButton::clicked, this, [this] {
        const int row = m_list->currentRow();
        if (row < 0)
            return;
        m_targets.removeAt(row);
        setRemoteTargets(*m_settings, m_targets);
        fillList(std::min<int>(row, static_cast<int>(m_targets.size()) - 1));
    });

    auto* left = new QVBoxLayout;
    left->addWidget(m_list, 1);
    auto* row = new QHBoxLayout;
    row->addWidget(add);
    row->addWidget(remove);
    left->addLayout(row);
    auto* both = new QHBoxLayout;
    both->addLayout(left, 1);
    both->addWidget(m_form, 2);
    auto* column = new QVBoxLayout(this);
    column->addLayout(both, 1);
    column->addWidget(m_answer);
    column->addWidget(buttons);
    fillList(m_targets.isEmpty() ? -1 : 0);
    resize(fontMetrics().averageCharWidth() * 90, fontMetrics().height() * 22);
}

void RemoteDialog::buildForm()
{
    const auto edit = [this](const QString& name, const QString& spoken, const QString& help) {
        auto* box = new QLineEdit(m_form);
        box->setObjectName(name);
        box->setAccessibleName(spoken);
        box->setToolTip(help);
        connect(box, &QLineEdit::editingFinished, this, &RemoteDialog::apply);
        return box;
    };
    m_name = edit(u"edit_remote_name"_s, tr("Name"), tr("What the machine is called here"));
    m_host = edit(u"edit_remote_host"_s, tr("Host"),
        tr("host, user@host, or a name from ~/.ssh/config. It is reached with a key or an agent; passwords "
           "are "
           "never asked for or kept."));
    m_port = new QSpinBox(m_form);
    m_port->setObjectName(u"edit_remote_port"_s);
    m_port->setRange(0, 65535);
    m_port->setSpecialValueText(tr("as ssh has it"));
    m_port->setAccessibleName(tr("Port"));
    m_port->setToolTip(tr("Port of the SSH server, 1 to 65535"));
    connect(m_port, &QSpinBox::editingFinished, this, &RemoteDialog::apply);
    m_identity = edit(u"edit_remote_identity"_s, tr("Key file"),
        tr("File of a private key; empty for what ssh chooses itself. Only its path is kept."));
    m_engine = edit(u"edit_remote_engine"_s, tr("Engine"), tr("Path of fedcctr-engine on that machine"));
    m_folder = edit(u"edit_remote_folder"_s, tr("Folder"),
        tr("Where datasets and runs are kept on that machine; relative to the home folder"));
    m_test = new QPushButton(tr("Test"), m_form);
    m_test->setObjectName(u"button_remote_test"_s);
    m_test->setToolTip(tr("Connects and asks the engine for its version; sends nothing else"));
    connect(m_test, &QPushButton::clicked, this, &RemoteDialog::test);
    m_answer = new QLabel(this);
    m_answer->setObjectName(u"label_remote_answer"_s);
    m_answer->setWordWrap(true);
    m_answer->setTextFormat(Qt::PlainText);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* form = new QFormLayout(m_form);
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Host"), m_host);
    form->addRow(tr("Port"), m_port);
    form->addRow(tr("Key file"), m_identity);
    form->addRow(tr("Engine there"), m_engine);
    form->addRow(tr("Folder there"), m_folder);
    form->addRow(m_test);
}

void RemoteDialog::fillList(int row)
{
    const QSignalBlocker blocked(m_list);
    m_list->clear();
    for (const RemoteTarget& target : m_targets)
        m_list->addItem(target.name);
    m_list->setCurrentRow(row);
    showTarget(row);
}

void RemoteDialog::showTarget(int row)
{
    m_form->setEnabled(row >= 0);
    const RemoteTarget target = row >= 0 ? m_targets[row] : RemoteTarget{};
    m_name->setText(target.name);
    m_host->setText(target.host);
    m_port->setValue(target.port);
    m_identity->setText(target.identity);
    m_engine->setText(target.engine);
    m_folder->setText(target.folder);
    m_answer->clear();
}

RemoteTarget RemoteDialog::edited() const
{
    RemoteTarget target = m_targets.value(m_list->currentRow());
    target.name = m_name->text().trimmed();
    target.host = m_host->text().trimmed();
    target.port = m_port->value();
    target.identity = m_identity->text().trimmed();
    target.engine = m_engine->text().trimmed();
    target.folder = m_folder->text().trimmed();
    return target;
}

void RemoteDialog::apply()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    m_targets[row] = edited();
    m_list->item(row)->setText(m_targets[row].name);
    setRemoteTargets(*m_settings, m_targets);
}

void RemoteDialog::say(const QString& text, bool good)
{
    const widgets::ThemeColors& colors = widgets::themeColors(palette());
    QPalette own = palette();
    own.setColor(QPalette::WindowText, good ? colors.success : colors.error);
    m_answer->setPalette(own);
    m_answer->setText(text);
}

void RemoteDialog::test()
{
    apply();
    const RemoteTarget target = edited();
    if (const QString problem = target.problem(); !problem.isEmpty()) {
        say(problem, false);
        return;
    }
    m_test->setEnabled(false);
    m_answer->setText(tr("Connecting to %1…").arg(target.host));
    auto* ssh = new QProcess(this);
    const QString engine = target.engine.contains(u'/') ? shellPath(target.engine) : shellWord(target.engine);
    const auto answer = [this, ssh](const QString& text, bool good) {
        m_test->setEnabled(true);
        say(text, good);
        ssh->deleteLater();
    };
    connect(ssh, &QProcess::finished, this, [ssh, answer](int code, QProcess::ExitStatus) {
        const QString version = QString::fromUtf8(ssh->readAllStandardOutput()).trimmed();
        if (code == 0)
            answer(tr("Reached: %1.").arg(version), true);
        else
            answer(tr("Failed: %1").arg(QString::fromUtf8(ssh->readAllStandardError()).trimmed()), false);
    });
    connect(ssh, &QProcess::errorOccurred, this, [ssh, answer](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            answer(tr("ssh cannot be started (%1).").arg(ssh->errorString()), false);
    });
    ssh->start(u"ssh"_s, target.sshArguments(engine + u" --version"_s));
}

bool askToSend(QWidget* parent, const RemoteTarget& target, const QString& dataset)
{
    const DatasetManifest manifest = listDataset(dataset);
    QMessageBox box(QMessageBox::Question, QDialog::tr("Send data to %1?").arg(target.host),
        QDialog::tr(
            "The run goes to %1 (%2). For that, the dataset %3 is copied there: %n file(s), %4 in all, with "
            "every user's history, unless that machine has it already.",
            nullptr, static_cast<int>(manifest.files.size()))
            .arg(target.name, target.host, QDir(dataset).dirName(),
                QLocale().formattedDataSize(manifest.bytes)),
        QMessageBox::Cancel, parent);
    box.setObjectName(u"dialog_send"_s);
    box.setInformativeText(
        QDialog::tr("Prompts and answers of the augmentation stay here. Results come back."));
    box.setDetailedText(manifest.files.join(u'\n'));
    QPushButton* send = box.addButton(QDialog::tr("Send to %1").arg(target.host), QMessageBox::AcceptRole);
    send->setObjectName(u"button_send"_s);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == send;
}

} // namespace fedcctr::studio
